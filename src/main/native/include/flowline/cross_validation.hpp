/* p-values, verdicts and thresholds of few images by cross-validation; part of flowline.hpp. */
#ifndef FLOWLINE_CROSS_VALIDATION_HPP
#define FLOWLINE_CROSS_VALIDATION_HPP

#include <flowline/flowline.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "flowline/error.hpp"
#include "flowline/inspection.hpp"
#include "flowline/span.hpp"

namespace flowline {
inline namespace v0 {  // the library's own names must not mix with these in a static link

namespace detail {

/// Returns how many flows judged an image; flowline.h refuses more than there are images.
inline int32_t folds_of(Span<const float> of_image) {
  return static_cast<int32_t>(std::min<size_t>(of_image.size(), INT32_MAX));
}

}  // namespace detail

/// The good images of a cross-validation, which it views and does not own.
struct OutOfFold {
  Span<const float> min_log10_nfa;  ///< of each image, by the flow without its fold
  Span<const int32_t> fold;         ///< of each image
};

/// Returns the p-value of an image by CV+. of_image: its min_log10_nfa by the flow without each fold;
/// see flowline_cv_plus_p_value.
inline double cv_plus_p_value(const OutOfFold& images, Span<const float> of_image) {
  images.fold.require_size("fold", images.min_log10_nfa.size());
  double result;
  detail::check(flowline_cv_plus_p_value(images.min_log10_nfa.data(), images.fold.data(),
                                         static_cast<int64_t>(images.fold.size()), of_image.data(),
                                         detail::folds_of(of_image), &result));
  return result;
}

/// What CV+ decides about an image.
struct CvPlusDecision {
  Verdict verdict;
  double promised;  ///< the bound on the false-alarm rate, whatever the training is
};

/// Decides about an image by CV+; see flowline_cv_plus_decide. Throws Error of
/// FLOWLINE_TOO_FEW_IMAGES if the images are too few for the rate.
inline CvPlusDecision cv_plus_decide(const OutOfFold& images, Span<const float> of_image,
                                     double rate) {
  images.fold.require_size("fold", images.min_log10_nfa.size());
  flowline_verdict verdict;
  double promised;
  detail::check(flowline_cv_plus_decide(images.min_log10_nfa.data(), images.fold.data(),
                                        static_cast<int64_t>(images.fold.size()), of_image.data(),
                                        detail::folds_of(of_image), rate, &verdict, &promised));
  return {static_cast<Verdict>(verdict), promised};
}

/// A threshold from out-of-fold scores for one flow of all images.
struct OutOfFoldThreshold {
  float log10_epsilon;  ///< an image shows a defect if its min_log10_nfa is below it
  double nominal;  ///< the false-alarm rate if leaving a fold out changes little; not guaranteed
};

/// Returns the threshold for one flow that was trained on all images; see
/// flowline_cv_plus_log10_epsilon. Throws Error of FLOWLINE_TOO_FEW_IMAGES if they are too few for
/// the rate.
inline OutOfFoldThreshold cv_plus_threshold(const OutOfFold& images, int32_t folds, double rate) {
  images.fold.require_size("fold", images.min_log10_nfa.size());
  OutOfFoldThreshold result;
  detail::check(flowline_cv_plus_log10_epsilon(images.min_log10_nfa.data(), images.fold.data(),
                                               static_cast<int64_t>(images.fold.size()), folds,
                                               rate, &result.log10_epsilon, &result.nominal));
  return result;
}

}  // namespace v0
}  // namespace flowline
#endif

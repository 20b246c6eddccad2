#ifndef FLOWLINE_INSPECT_ZONE_HPP
#define FLOWLINE_INSPECT_ZONE_HPP

namespace flowline {

/// What a zone's share of the false alarms makes of numbers: log10 NFA among all zones is that in the
/// zone, less log10 of the share.
class Zone {
 public:
  /// share: in (0, 1].
  explicit Zone(double share);

  /// log10 NFA among all zones. What was not tested stays FLT_MAX.
  float among_all(float in_zone) const;

  /// The threshold of the zone by itself: a float is below it if and only if it is below
  /// `log10_epsilon` among all zones, to the last bit.
  double threshold(double log10_epsilon) const;

 private:
  double log10_share_;
};

}  // namespace flowline
#endif

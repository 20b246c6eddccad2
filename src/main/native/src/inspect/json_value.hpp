#ifndef FLOWLINE_INSPECT_JSON_VALUE_HPP
#define FLOWLINE_INSPECT_JSON_VALUE_HPP

#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "checks/status.hpp"

namespace flowline {

using Json = nlohmann::ordered_json;

/// Infinite numbers in JSON, as Java writes them.
constexpr const char* POSITIVE_INFINITY = "Infinity";
constexpr const char* NEGATIVE_INFINITY = "-Infinity";

/// A number in JSON, see JsonValue::perhaps_infinite.
inline Json json_of(double number) {
  if (!std::isinf(number)) return number;
  return number > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY;
}

/// A value of a JSON text from anybody, and its place in messages, "test.law.maxima[2]". What is not
/// as it is asked for is an Error(FLOWLINE_INVALID_ARGUMENT).
class JsonValue {
 public:
  JsonValue(const Json& value, std::string place) : value_(value), place_(std::move(place)) {}

  const Json& raw() const { return value_; }
  const std::string& place() const { return place_; }

  /// Whether an object has a member that is not null.
  bool has(const char* member) const {
    require(value_.is_object(), "an object");
    const auto found = value_.find(member);
    return found != value_.end() && !found->is_null();
  }

  JsonValue operator[](const char* member) const {
    const std::string place = place_.empty() ? member : place_ + "." + member;
    if (!has(member)) invalid(place + " is missing");
    return {*value_.find(member), place};
  }

  size_t size() const {
    require(value_.is_array(), "an array");
    return value_.size();
  }

  JsonValue operator[](size_t index) const {
    require(value_.is_array() && index < value_.size(), "a longer array");
    return {value_[index], place_ + "[" + std::to_string(index) + "]"};
  }

  double number() const {
    require(value_.is_number(), "a number");
    const double number = value_.get<double>();
    require(std::isfinite(number), "a finite number");
    return number;
  }

  /// A number, or an infinite one, which JSON has as a text alone.
  double perhaps_infinite() const {
    if (value_ == POSITIVE_INFINITY) return std::numeric_limits<double>::infinity();
    if (value_ == NEGATIVE_INFINITY) return -std::numeric_limits<double>::infinity();
    return number();
  }

  int64_t integer(int64_t low, int64_t high) const {
    const std::string bounds =
        "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
    require(value_.is_number_integer(), bounds);
    if (value_.is_number_unsigned()) {
      require(value_.get<uint64_t>() <= static_cast<uint64_t>(high), bounds);
    }
    const int64_t integer = value_.get<int64_t>();
    require(integer >= low && integer <= high, bounds);
    return integer;
  }

  bool boolean() const {
    require(value_.is_boolean(), "true or false");
    return value_.get<bool>();
  }

  /// Without the character that ends C's texts.
  std::string text() const {
    require(value_.is_string(), "a text");
    std::string text = value_.get<std::string>();
    require(!text.empty() && text.find('\0') == std::string::npos, "a text");
    return text;
  }

  void require(bool condition, const std::string& wanted) const {
    if (!condition) invalid(place_ + " must be " + wanted + ", got " + shown());
  }

 private:
  std::string shown() const {
    constexpr size_t LONGEST = 60;
    if (value_.is_structured()) return value_.is_array() ? "an array" : "an object";
    const std::string text = value_.dump();
    return text.size() <= LONGEST ? text : text.substr(0, LONGEST) + "...";
  }

  const Json& value_;
  std::string place_;
};

}  // namespace flowline
#endif

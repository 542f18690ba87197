#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>

#include "common/text/quantity.h"
#include "redirector/policy/settings.h"

namespace iotcpd::redirector {

/// Puts the text of one setting where it belongs; false when it is not acceptable.
using Setter = std::function<bool(Settings&, const std::string&)>;

// One maker for each kind of value. `field` gives the member it belongs to, by reference; least and
// most are accepted.

/// A bare number is seconds.
template <typename Get>
Setter time(Nanoseconds least, Nanoseconds most, Get field) {
  return [=](Settings& settings, const std::string& text) {
    const auto value = parseDuration(text, std::chrono::seconds(1));
    if (!value || *value < least || *value > most) return false;
    field(settings) = *value;
    return true;
  };
}

template <typename Value, typename Get>
bool putWithin(std::optional<std::uint64_t> value, std::uint64_t least, std::uint64_t most,
               Settings& settings, Get field) {
  // Not *value: GCC compares it before it asks whether there is one, of which valgrind complains.
  const std::uint64_t number = value.value_or(0);
  if (!value || number < least || number > most) return false;
  field(settings) = static_cast<Value>(number);
  return true;
}

template <typename Get>
Setter count(std::uint64_t least, std::uint64_t most, Get field) {
  return [=](Settings& settings, const std::string& text) {
    using Value = std::remove_reference_t<decltype(field(settings))>;
    return putWithin<Value>(parseCount(text), least, most, settings, field);
  };
}

template <typename Get>
Setter size(std::uint64_t least, std::uint64_t most, Get field) {
  return [=](Settings& settings, const std::string& text) {
    return putWithin<std::size_t>(parseSize(text), least, most, settings, field);
  };
}

inline bool isOneLine(const std::string& text, std::size_t mostBytes) {
  return text.size() <= mostBytes &&
         text.find_first_of(std::string("\n\0", 2)) == std::string::npos;
}

/// One line that is sent with its newline.
template <typename Get>
Setter line(std::size_t leastBytes, std::size_t mostBytes, Get field) {
  return [=](Settings& settings, const std::string& text) {
    if (text.size() < leastBytes || !isOneLine(text, mostBytes)) return false;
    field(settings) = text + "\n";
    return true;
  };
}

/// "yes" or "no".
template <typename Get>
Setter flag(Get field) {
  return [=](Settings& settings, const std::string& text) {
    field(settings) = text == "yes";
    return text == "yes" || text == "no";
  };
}

/// Not looked at on disk.
template <typename Get>
Setter path(std::size_t mostBytes, Get field) {
  return [=](Settings& settings, const std::string& text) {
    if (text.empty() || text.size() > mostBytes) return false;
    field(settings) = text;
    return true;
  };
}

}  // namespace iotcpd::redirector

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/time/clock.h"

namespace iotcpd::fake {

/// One request, and what is known of it by the time somebody asks.
struct Request {
  std::uint64_t sequence = 0;  ///< from 1, per process
  std::uint64_t ordinal =
      0;                   ///< from 1, since the last reset: what is drawn for it follows from it
  std::string line;        ///< as it was read, mostly with a newline
  std::string_view token;  ///< within `line`; empty when it carries none
  TimePoint readAt{};
  Nanoseconds slept{};  ///< really, for the latency, sleep, spin and pauses of dribble

  [[nodiscard]] std::string_view text() const {
    std::string_view text = line;
    if (text.ends_with('\n')) text.remove_suffix(1);
    return text;
  }
};

}  // namespace iotcpd::fake

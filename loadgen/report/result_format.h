#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// What the writer and the reader of a result file agree on; the rest is result.schema.json.
namespace iotcpd::loadgen {

inline constexpr std::string_view kResultFormat = "iotcpd-loadgen result";
/// Goes up when a reader of today would misunderstand a file of tomorrow.
inline constexpr int kResultFormatVersion = 1;
/// A day's timeline at one point a second takes some 30 MB.
inline constexpr std::size_t kMostResultBytes = 128UL * 1024 * 1024;

inline constexpr std::string_view kOpenLoop = "open";
inline constexpr std::string_view kClosedLoop = "closed";

/// "2026-11-26T11:05:00.123456789Z", and back; nothing when the text is no such instant.
[[nodiscard]] std::string formatInstant(std::chrono::system_clock::time_point instant);
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parseInstant(
    std::string_view text);

}  // namespace iotcpd::loadgen

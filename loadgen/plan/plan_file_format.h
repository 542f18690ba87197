#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/text/scanner.h"
#include "loadgen/plan/planned_request.h"

namespace iotcpd::loadgen {

// A plan file: what is to be sent and when, as text, so that it can be read, cut and made by other
// programs. `iotcpd-loadgen plan` writes it, `run --plan` sends it, bit for bit.
//
//     FILE    := "iotcpd-plan 1" NL  ("#" COMMENT NL)...  (REQUEST NL)...  "end" SP COUNT NL
//     REQUEST := DUE SP BEHAVIOUR SP BYTES
//     DUE       nanoseconds since the start, at most 10,000 h, never less than in the line before
//     BEHAVIOUR "ordinary" or a kind of misbehaviour such as "half-close"
//     BYTES     the request without its newline: printable ASCII and blanks as they are, but "\\"
//               for a backslash and "\xNN" for every other byte; at most 1 MiB with the newline
//     COUNT     of requests, which tells a whole file from one that was cut short
//
// Two requests a millisecond apart, the second a backslash, "é" and a tab, then closing its sending
// side:
//
//     iotcpd-plan 1
//     # 1000/s for 2ms, constant, seed 7
//     0 ordinary http://example.com/1
//     1000000 half-close \\\xc3\xa9\x09
//     end 2

inline constexpr std::string_view kPlanFileHead = "iotcpd-plan 1";
inline constexpr std::string_view kPlanFileEnd = "end";
inline constexpr std::size_t kEscapedByteBytes = 4;
inline constexpr std::uint64_t kMostPlanFileRequests = 1'000'000'000;

/// Reads REQUEST: all but the token. The line's bytes go to `bytes`, with a newline after them.
/// Throws SyntaxError.
void parsePlanFileRequest(std::string_view text, PlannedRequest& request, std::string& bytes);
/// Appends REQUEST and a newline. REQUIRES: a line that ends in its only newline.
void appendPlanFileRequest(std::string& text, const PlannedRequest& request);

}  // namespace iotcpd::loadgen

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/result/outcome.h"

namespace iotcpd::loadgen {

/// Judges whole replies. In this order: another token than the request's is cross-talk; --expect,
/// if there is one, decides between ok and (error reply or wrong); an error reply is one; a reply
/// that lacks the request's token is wrong; the rest is ok.
class ReplyCheck {
 public:
  /// `expect` is a regular expression (PCRE), empty for none; throws SyntaxError-like
  /// std::runtime_error with one line when it is none.
  ReplyCheck(std::string_view expect, std::vector<std::string> errorReplies);
  ~ReplyCheck();

  /// `reply` without its newline (and without a CR before it).
  [[nodiscard]] Outcome judge(std::string_view reply, bool hasToken, std::uint64_t token) const;
};

}  // namespace iotcpd::loadgen

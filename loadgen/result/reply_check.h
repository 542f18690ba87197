#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/text/token.h"
#include "loadgen/result/outcome.h"

namespace iotcpd::loadgen {

/// Judges whole replies. In this order: another token than the request's is cross-talk; --expect,
/// if there is one, decides between ok and (error reply or wrong); an error reply is one; a reply
/// that lacks the request's token is wrong; the rest is ok.
///
/// A reply is an error reply when it is one of them as a whole, or up to a blank: `BH` stands for
/// `BH message="queue is full"` too, but not for `BHUTAN`.
class ReplyCheck {
 public:
  /// `expect` is a regular expression (PCRE) that is to match somewhere in a reply, empty for none;
  /// throws std::runtime_error with one line that names it when it is none.
  ReplyCheck(std::string_view expect, std::vector<std::string> errorReplies);
  ~ReplyCheck();
  ReplyCheck(const ReplyCheck&) = delete;
  ReplyCheck& operator=(const ReplyCheck&) = delete;

  /// `reply` without its newline (and without a CR before it). Allocates nothing, but that a
  /// regular expression needs room for the longest reply so far. One thread at a time.
  [[nodiscard]] Outcome judge(std::string_view reply, bool hasToken, std::uint64_t token) const {
    return !hasToken && isPlainlyOk(reply) ? Outcome::kOk : lookInto(reply, hasToken, token);
  }

 private:
  class Expectation;

  /// Too short to hold a token, and its first byte is no error reply's.
  [[nodiscard]] bool isPlainlyOk(std::string_view reply) const {
    return expectation_ == nullptr && !reply.empty() && reply.size() < kTokenBytes &&
           !firstBytes_[static_cast<unsigned char>(reply.front())];
  }
  [[nodiscard]] Outcome lookInto(std::string_view reply, bool hasToken, std::uint64_t token) const;
  [[nodiscard]] bool isErrorReply(std::string_view reply) const;

  std::unique_ptr<Expectation> expectation_;  ///< null: none
  std::vector<std::string> errorReplies_;
  std::bitset<256> firstBytes_;  ///< of error replies: mostly the first byte tells
};

}  // namespace iotcpd::loadgen

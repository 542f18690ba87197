#include "loadgen/result/reply_check.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/RegularExpression.h>
#include <fmt/format.h>

#include "common/text/printable.h"

namespace iotcpd::loadgen {
namespace {

enum class Tokens : std::uint8_t { kNone, kOwn, kOther };

/// What a reply's tokens say: one that is not the request's outweighs any number of its own.
Tokens tokensIn(std::string_view reply, bool hasToken, std::uint64_t token) {
  if (reply.size() < kTokenBytes) return Tokens::kNone;
  Tokens seen = Tokens::kNone;
  for (std::string_view found = findToken(reply); !found.empty(); found = findToken(reply)) {
    if (!hasToken || tokenNumber(found) != token) return Tokens::kOther;
    seen = Tokens::kOwn;
    reply.remove_prefix(static_cast<std::size_t>(found.data() - reply.data()) + found.size());
  }
  return seen;
}

}  // namespace

/// --expect.
class ReplyCheck::Expectation {
 public:
  explicit Expectation(const std::string& pattern) : expression_(pattern) {}

  bool isMet(std::string_view reply) {
    subject_.assign(reply);
    Poco::RegularExpression::Match match;
    try {
      return expression_.match(subject_, match) > 0;
    } catch (const Poco::Exception&) {
      // PCRE gave up (its limit of backtracking): nobody can say that the reply is right.
      return false;
    }
  }

 private:
  Poco::RegularExpression expression_;
  std::string subject_;  ///< keeps its memory from reply to reply
};

ReplyCheck::ReplyCheck(std::string_view expect, std::vector<std::string> errorReplies)
    : errorReplies_(std::move(errorReplies)) {
  for (const std::string& error : errorReplies_) {
    if (error.empty()) firstBytes_.set();
    if (!error.empty()) firstBytes_.set(static_cast<unsigned char>(error.front()));
  }
  if (expect.empty()) return;
  try {
    expectation_ = std::make_unique<Expectation>(std::string(expect));
  } catch (const Poco::Exception& error) {
    throw std::runtime_error(fmt::format("'{}' is no regular expression: {}", printable(expect),
                                         printable(error.message())));
  }
}

ReplyCheck::~ReplyCheck() = default;

bool ReplyCheck::isErrorReply(std::string_view reply) const {
  return std::any_of(errorReplies_.begin(), errorReplies_.end(), [&](const std::string& error) {
    if (!reply.starts_with(error)) return false;
    const std::string_view rest = reply.substr(error.size());
    return rest.empty() || rest.front() == ' ' || rest.front() == '\t';
  });
}

Outcome ReplyCheck::lookInto(std::string_view reply, bool hasToken, std::uint64_t token) const {
  const Tokens tokens = tokensIn(reply, hasToken, token);
  if (tokens == Tokens::kOther) return Outcome::kCrossTalk;
  if (expectation_ != nullptr) {
    if (expectation_->isMet(reply)) return Outcome::kOk;
    return isErrorReply(reply) ? Outcome::kErrorReply : Outcome::kWrongReply;
  }
  const bool mayBeError = reply.empty() || firstBytes_[static_cast<unsigned char>(reply.front())];
  if (mayBeError && isErrorReply(reply)) return Outcome::kErrorReply;
  return hasToken && tokens == Tokens::kNone ? Outcome::kWrongReply : Outcome::kOk;
}

}  // namespace iotcpd::loadgen

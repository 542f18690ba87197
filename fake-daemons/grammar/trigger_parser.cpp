#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "common/text/printable.h"
#include "fake-daemons/grammar/fault_parts.h"
#include "fake-daemons/grammar/pattern.h"

namespace iotcpd::fake {
namespace {

constexpr std::uint64_t kMostCount = 1'000'000'000;

/// Why a regular expression is none; empty when it is one.
std::string patternError(const std::string& pattern) {
  if (pattern.empty()) return "it is empty";
  if (printable(pattern) != pattern) return "it has control bytes";
  try {
    const Pattern compiled(pattern);
    return {};
  } catch (const std::runtime_error& e) {
    return e.what();
  }
}

class TriggerReader {
 public:
  explicit TriggerReader(Scanner& scanner) : scanner_(scanner) {}

  Trigger read(Point point) {
    const char first = scanner_.peek();
    if (first >= '0' && first <= '9') return chance();
    const std::size_t start = scanner_.position();
    const std::string_view name = scanner_.peekWord();
    if (name == "every") return Every{hits(name, 1)};
    if (name == "first") return First{hits(name, 1)};
    if (name == "after") return After{hits(name, 0)};
    if (name == "at") return at(name);
    if (name == "between") return between(name);
    if (name != "match") return Chance{};
    if (!contains(kRequestPoints, point)) {
      scanner_.failAt(start, fmt::format("a trigger other than match, which needs a request: there "
                                         "is one at {}",
                                         pointChoice(kRequestPoints)));
    }
    return match(name);
  }

 private:
  /// [PCT%][CNT*]: which of the two the digits are shows at their end.
  Chance chance() {
    Chance chance;
    const std::string_view digits = scanner_.rest();
    const std::size_t end = digits.find_first_not_of("0123456789.");
    const bool isShare = end != std::string_view::npos && digits[end] == '%';
    if (isShare) {
      chance.share = scanner_.share();
      scanner_.skipBlanks();
    }
    const char next = scanner_.peek();
    if (next < '0' || next > '9') return chance;
    const std::size_t start = scanner_.position();
    chance.count = scanner_.count(1, kMostCount);
    if (!scanner_.skip("*")) {
      scanner_.failAt(start, isShare ? "a count such as 3*, or an action"
                                     : "a share such as 2%, a count such as 3*, or an action");
    }
    return chance;
  }

  void open(std::string_view name) {
    scanner_.skip(name);
    scanner_.expect("(");
  }

  void close() {
    scanner_.skipBlanks();
    if (!scanner_.skip(")")) scanner_.fail("')'");
  }

  std::uint64_t hits(std::string_view name, std::uint64_t least) {
    open(name);
    const std::uint64_t count = scanner_.count(least, kMostCount);
    close();
    return count;
  }

  At at(std::string_view name) {
    open(name);
    const Nanoseconds time = scanner_.duration();
    close();
    return {time};
  }

  Between between(std::string_view name) {
    open(name);
    const Nanoseconds from = scanner_.duration();
    scanner_.expect(",");
    const std::size_t start = scanner_.position();
    const Nanoseconds until = scanner_.duration();
    if (until <= from) scanner_.failAt(start, "a later time than the first");
    close();
    return {from, until};
  }

  Match match(std::string_view name) {
    open(name);
    const std::size_t start = scanner_.position();
    std::string pattern = scanner_.delimited('/', "a regular expression between two '/'");
    if (const std::string error = patternError(pattern); !error.empty()) {
      scanner_.failAt(start, "a POSIX extended regular expression, and " + error);
    }
    close();
    return {std::move(pattern)};
  }

  Scanner& scanner_;
};

}  // namespace

Trigger parseTrigger(Scanner& scanner, Point point) { return TriggerReader(scanner).read(point); }

}  // namespace iotcpd::fake

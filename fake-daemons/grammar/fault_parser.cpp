#include "fake-daemons/grammar/fault_parser.h"

#include <utility>

#include "fake-daemons/grammar/fault_parts.h"

namespace iotcpd::fake {
namespace {

constexpr std::uint64_t kMostCount = 1'000'000'000;
constexpr std::uint64_t kMostOffset = 64ULL * 1024 * 1024;

/// Recursive descent over the grammar of docs/iotcpd-fake-daemon.1.
class Parser {
 public:
  Parser(Scanner& scanner, ActionTypes types, Distribution::Files files)
      : scanner_(scanner), types_(types), files_(files) {}

  FaultSpec fault() {
    FaultSpec fault = head();
    do {
      fault.terms.push_back(term(fault.point));
      scanner_.skipBlanks();
    } while (scanner_.skip("->"));
    scanner_.expectEnd();
    return fault;
  }

  FaultSpec directive() {
    FaultSpec fault = head();
    fault.terms.push_back(term(fault.point));
    return fault;
  }

 private:
  FaultSpec head() {
    FaultSpec fault;
    scanner_.skipBlanks();
    fault.point = parsePoint(scanner_);
    if (fault.point == Point::kMidReply) {
      scanner_.expect("(");
      fault.offset = scanner_.count(1, kMostOffset);
      scanner_.skipBlanks();
      if (!scanner_.skip(")")) scanner_.fail("')'");
    }
    scanner_.skipBlanks();
    if (scanner_.skip("(")) fault.scope = scope();
    scanner_.expect("=");
    return fault;
  }

  Scope scope() {
    Scope scope;
    do {
      scanner_.skipBlanks();
      const std::size_t start = scanner_.position();
      const std::string_view name = scanner_.word();
      scanner_.skipBlanks();
      if (name == "worker" && !scope.worker) {
        scope.worker = scanner_.count(0, kMostCount);
      } else if (name == "incarnation" && !scope.incarnation) {
        scope.incarnation = scanner_.count(1, kMostCount);
      } else {
        scanner_.failAt(start, "'worker N' or 'incarnation N', each once");
      }
      scanner_.skipBlanks();
    } while (scanner_.skip(","));
    if (!scanner_.skip(")")) scanner_.fail("')'");
    return scope;
  }

  Term term(Point point) {
    scanner_.skipBlanks();
    Trigger trigger = parseTrigger(scanner_, point);
    scanner_.skipBlanks();
    return {std::move(trigger), parseAction(scanner_, point, types_, files_)};
  }

  Scanner& scanner_;
  ActionTypes types_;
  Distribution::Files files_;
};

}  // namespace

FaultSpec parseFault(std::string_view text, ActionTypes types) {
  Scanner scanner(text);
  return Parser(scanner, types, Distribution::Files::kReadable).fault();
}

FaultSpec parseDirective(Scanner& scanner, ActionTypes types) {
  return Parser(scanner, types, Distribution::Files::kOutOfReach).directive();
}

}  // namespace iotcpd::fake

#include "fake-daemons/daemon/directives.h"

#include "fake-daemons/actions/action_table.h"
#include "fake-daemons/grammar/fault_parser.h"

namespace iotcpd::fake {
namespace {

constexpr std::size_t kMostWords = 32;

bool isLetter(char c) { return c >= 'a' && c <= 'z'; }

bool beginsAt(std::string_view text, std::size_t at) {
  const bool afterBlank = at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t';
  return text[at] == '@' && afterBlank && at + 1 < text.size() && isLetter(text[at + 1]);
}

FaultSpec directive(Scanner& scanner) {
  const std::size_t start = scanner.position();
  FaultSpec fault = parseDirective(scanner, actionTable());
  if (!contains(kRequestPoints, fault.point)) {
    scanner.failAt(start,
                   "a point of this request: after-read, mid-reply, before-reply or "
                   "after-reply");
  }
  const bool isApart = std::string_view(" \t\r").find(scanner.peek()) != std::string_view::npos;
  if (!scanner.atEnd() && !isApart) {
    scanner.fail("a blank or the end after a directive");
  }
  return fault;
}

}  // namespace

Directives findDirectives(std::string_view request) {
  Directives found;
  for (std::size_t at = 0; at < request.size(); ++at) {
    if (!beginsAt(request, at)) continue;
    if (found.faults.size() + found.complaints.size() == kMostWords) {
      found.complaints.emplace_back(
          "request: more than 32 words that begin with @; the others count "
          "as text");
      break;
    }
    Scanner scanner(request.substr(at + 1));
    try {
      found.faults.push_back(directive(scanner));
      at += scanner.position();
    } catch (const SyntaxError& e) {
      found.complaints.push_back(std::string("request: ") + e.what());
    }
  }
  return found;
}

}  // namespace iotcpd::fake

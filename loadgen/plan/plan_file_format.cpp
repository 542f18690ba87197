#include "loadgen/plan/plan_file_format.h"

#include <array>
#include <iterator>

#include <fmt/format.h>

#include "common/text/quantity.h"
#include "loadgen/plan/line_file.h"
#include "loadgen/plan/schedule_segments.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::string_view kPlainBytes =
    " !\"#$%&'()*+,-./"
    "0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";

bool isPlain(char byte) { return byte >= ' ' && byte <= '~' && byte != '\\'; }

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

void expectBlank(Scanner& scanner) {
  if (!scanner.skip(" ")) scanner.fail("one blank");
}

Behaviour readBehaviour(Scanner& scanner) {
  const std::size_t start = scanner.position();
  const std::string_view name = scanner.word();
  for (std::size_t i = 0; i < kBehaviourCount; ++i) {
    const auto behaviour = static_cast<Behaviour>(i);
    if (behaviourName(behaviour) == name) return behaviour;
  }
  scanner.failAt(start, "ordinary, or a kind of misbehaviour such as half-close");
}

char readEscaped(Scanner& scanner) {
  const std::string_view text = scanner.rest();
  if (scanner.skip("\\\\")) return '\\';
  const bool isHex = text.size() >= kEscapedByteBytes && text.starts_with("\\x") &&
                     hexDigit(text[2]) >= 0 && hexDigit(text[3]) >= 0;
  if (!isHex) scanner.fail(R"(printable ASCII, \\ or \xNN)");
  const auto byte = static_cast<char>(hexDigit(text[2]) * 16 + hexDigit(text[3]));
  if (byte == '\n') scanner.fail("a request of one line");
  scanner.skip(text.substr(0, kEscapedByteBytes));
  return byte;
}

}  // namespace

void parsePlanFileRequest(std::string_view text, PlannedRequest& request, std::string& bytes) {
  Scanner scanner(text);
  request.due = Nanoseconds(
      scanner.count(0, static_cast<std::uint64_t>(Nanoseconds(kLongestSchedule).count())));
  expectBlank(scanner);
  request.behaviour = readBehaviour(scanner);
  expectBlank(scanner);
  const std::size_t start = scanner.position();
  bytes.clear();
  while (!scanner.atEnd()) {
    const std::string_view rest = scanner.rest();
    const std::string_view plain = rest.substr(0, rest.find_first_not_of(kPlainBytes));
    scanner.skip(plain);
    bytes += plain;
    if (!scanner.atEnd()) bytes += readEscaped(scanner);
  }
  bytes += '\n';
  if (bytes.size() > kMostRequestBytes) {
    scanner.failAt(start, fmt::format("a request of at most {}", formatSize(kMostRequestBytes)));
  }
  request.line = bytes;
}

void appendPlanFileRequest(std::string& text, const PlannedRequest& request) {
  fmt::format_to(std::back_inserter(text), "{} {} ", request.due.count(),
                 behaviourName(request.behaviour));
  for (const char byte : request.line.substr(0, request.line.size() - 1)) {
    if (isPlain(byte)) {
      text += byte;
    } else if (byte == '\\') {
      text += "\\\\";
    } else {
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", static_cast<unsigned char>(byte));
    }
  }
  text += '\n';
}

}  // namespace iotcpd::loadgen

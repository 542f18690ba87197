#include "tests/bench/line_server/protocol.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

namespace yardstick {
namespace {

constexpr std::size_t kMostWords = 16;
constexpr std::string_view kKeepAliveReply =
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nOK";
constexpr std::string_view kCloseReply =
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK";

bool isSame(std::string_view one, std::string_view other) {
  return one.size() == other.size() && ::strncasecmp(one.data(), other.data(), one.size()) == 0;
}

/// Without the CR of a line that ends in CR LF.
std::string_view withoutReturn(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::optional<std::size_t> number(std::string_view digits) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

Protocol detect(std::string_view firstLine) {
  const std::string_view text = withoutReturn(firstLine);
  if (text.starts_with('*') || isSame(text, "PING")) return Protocol::kResp;
  if (text.size() > 9 && text.substr(text.size() - 9).starts_with(" HTTP/1.")) {
    return Protocol::kHttp;
  }
  return Protocol::kLine;
}

// -- HTTP -------------------------------------------------------------------------------------

/// What of a request's header matters here.
struct Header {
  bool isLast = false;
  std::size_t bodyBytes = 0;
  bool isMalformed = false;
};

void readField(std::string_view line, Header& header) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view name = line.substr(0, colon);
  std::string_view value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  if (isSame(name, "Connection")) {
    if (isSame(value, "close")) header.isLast = true;
    if (isSame(value, "keep-alive")) header.isLast = false;
  } else if (isSame(name, "Content-Length")) {
    const auto bytes = number(value);
    header.isMalformed = !bytes;
    header.bodyBytes = bytes.value_or(0);
  }
}

/// `text`: from the request line to the empty line, which is not part of it.
Header readHeader(std::string_view text) {
  Header header;
  std::size_t end = text.find('\n');
  header.isLast = withoutReturn(text.substr(0, end)).ends_with("HTTP/1.0");
  while (end != std::string_view::npos) {
    text.remove_prefix(end + 1);
    end = text.find('\n');
    readField(withoutReturn(text.substr(0, end)), header);
  }
  return header;
}

Taken takeHttp(std::string_view input, bool closes, std::string& reply) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::size_t end = input.find(kEnd);
  if (end == std::string_view::npos) return {};
  const Header header = readHeader(input.substr(0, end));
  const std::size_t headerBytes = end + kEnd.size();
  if (header.isMalformed) return {.isMalformed = true};
  if (header.bodyBytes > input.size() - headerBytes) return {};
  reply += closes || header.isLast ? kCloseReply : kKeepAliveReply;
  return {.bytes = headerBytes + header.bodyBytes, .isLast = header.isLast};
}

// -- RESP -------------------------------------------------------------------------------------

/// A command's words, as many as matter; they point into the input.
struct Command {
  std::array<std::string_view, kMostWords> words;
  std::size_t count = 0;

  void add(std::string_view word) {
    if (count < kMostWords) words[count++] = word;
  }
};

/// Reads "*3\r\n$4\r\nECHO\r\n…" word by word.
class ArrayReader {
 public:
  explicit ArrayReader(std::string_view input) : input_(input) {}

  Taken read(Command& command) {
    const auto words = readNumber('*');
    for (std::size_t i = 0; words && i < *words && !stopped(); ++i) {
      if (const auto bytes = readNumber('$')) command.add(readWord(*bytes));
    }
    if (isMalformed_) return {.isMalformed = true};
    return {.bytes = isIncomplete_ ? 0 : at_};
  }

 private:
  [[nodiscard]] bool stopped() const { return isMalformed_ || isIncomplete_; }

  std::optional<std::size_t> readNumber(char mark) {
    const std::size_t end = input_.find("\r\n", at_);
    if (end == std::string_view::npos) {
      isIncomplete_ = true;
      return std::nullopt;
    }
    const auto value = number(input_.substr(at_ + 1, end - at_ - 1));
    if (input_[at_] != mark || !value) {
      isMalformed_ = true;
      return std::nullopt;
    }
    at_ = end + 2;
    return value;
  }

  std::string_view readWord(std::size_t bytes) {
    const std::size_t left = input_.size() - at_;
    if (left < 2 || bytes > left - 2) {
      isIncomplete_ = true;
      return {};
    }
    const std::string_view word = input_.substr(at_, bytes);
    at_ += bytes + 2;
    return word;
  }

  std::string_view input_;
  std::size_t at_ = 0;
  bool isMalformed_ = false;
  bool isIncomplete_ = false;
};

/// "ECHO hello\r\n"
Taken readInline(std::string_view input, Command& command) {
  const std::size_t end = input.find('\n');
  if (end == std::string_view::npos) return {};
  std::string_view line = withoutReturn(input.substr(0, end));
  while (!line.empty()) {
    const std::size_t blank = std::min(line.find(' '), line.size());
    if (blank > 0) command.add(line.substr(0, blank));
    line.remove_prefix(std::min(blank + 1, line.size()));
  }
  return {.bytes = end + 1};
}

void appendBulk(std::string_view text, std::string& reply) {
  reply += '$';
  reply += std::to_string(text.size());
  reply += "\r\n";
  reply += text;
  reply += "\r\n";
}

void answer(const Command& command, std::string& reply) {
  const std::string_view name = command.words[0];
  if (isSame(name, "PING") && command.count == 1) {
    reply += "+PONG\r\n";
  } else if ((isSame(name, "PING") || isSame(name, "ECHO")) && command.count == 2) {
    appendBulk(command.words[1], reply);
  } else if (isSame(name, "SET") && command.count >= 3) {
    reply += "+OK\r\n";
  } else if (isSame(name, "GET") && command.count == 2) {
    reply += "$3\r\nxxx\r\n";
  } else if (isSame(name, "CONFIG") && command.count == 3 && isSame(command.words[1], "GET")) {
    reply += "*2\r\n";
    appendBulk(command.words[2], reply);
    appendBulk("", reply);
  } else {
    reply += "-ERR this server knows PING, ECHO, SET, GET, CONFIG GET\r\n";
  }
}

Taken takeResp(std::string_view input, std::string& reply) {
  Command command;
  const Taken taken =
      input.starts_with('*') ? ArrayReader(input).read(command) : readInline(input, command);
  if (taken.bytes > 0) answer(command, reply);
  return taken;
}

Taken takeLine(std::string_view input, std::string& reply) {
  const std::size_t end = input.find('\n');
  if (end == std::string_view::npos) return {};
  reply += input.substr(0, end + 1);
  return {.bytes = end + 1};
}

}  // namespace

std::optional<Protocol> protocolNamed(std::string_view name) {
  if (name == "auto") return Protocol::kDetect;
  if (name == "line") return Protocol::kLine;
  if (name == "http") return Protocol::kHttp;
  if (name == "resp") return Protocol::kResp;
  return std::nullopt;
}

Taken takeRequest(Protocol& protocol, std::string_view input, bool closes, std::string& reply) {
  if (protocol == Protocol::kDetect) {
    const std::size_t end = input.find('\n');
    if (end == std::string_view::npos) return {};
    protocol = detect(input.substr(0, end));
  }
  switch (protocol) {
    case Protocol::kHttp:
      return takeHttp(input, closes, reply);
    case Protocol::kResp:
      return takeResp(input, reply);
    default:
      return takeLine(input, reply);
  }
}

}  // namespace yardstick

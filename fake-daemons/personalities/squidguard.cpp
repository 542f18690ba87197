#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "common/os/text_file.h"
#include "common/text/printable.h"
#include "fake-daemons/grammar/pattern.h"
#include "fake-daemons/personalities/kinds.h"

namespace iotcpd::fake {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::size_t kMostBytes = 16UL * 1024 * 1024;

/// The first word of a text, which is cut off from it.
std::string_view takeWord(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
  text.remove_prefix(word.size());
  return word;
}

struct Rule {
  Pattern pattern;
  std::string redirect;  ///< with {url} in it
};

std::string expanded(const std::string& redirect, std::string_view url) {
  constexpr std::string_view kUrl = "{url}";
  std::string text = redirect;
  for (std::size_t at = text.find(kUrl); at != std::string::npos; at = text.find(kUrl, at)) {
    text.replace(at, kUrl.size(), url);
    at += url.size();
  }
  return text;
}

/// As within the double quotes of Squid's helper protocol.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') result += '\\';
    result += byte;
  }
  return result;
}

/// Squid's URL rewriter protocol: `URL ip/fqdn ident method [kv...]` in; `OK status=302 url="..."`,
/// `ERR` (leave it as it is) or `BH` (not understood) out.
class SquidGuard final : public Personality {
 public:
  explicit SquidGuard(const std::string& patternsFile) {
    if (!patternsFile.empty()) load(patternsFile);
  }

  std::string reply(const Request& request) override {
    std::string_view fields = request.text();
    const std::string_view url = takeWord(fields);
    const std::string_view client = takeWord(fields);
    const std::string_view ident = takeWord(fields);
    const std::string_view method = takeWord(fields);
    const bool isComplete = !method.empty() && client.find('/') != std::string_view::npos;
    if (!isComplete || ident.empty()) {
      return "BH message=\"expected URL ip/fqdn ident method\"\n";
    }
    const auto rule = std::ranges::find_if(
        rules_, [url](const Rule& candidate) { return candidate.pattern.matches(url); });
    if (rule == rules_.end()) return "ERR\n";
    return fmt::format("OK status=302 url=\"{}\"\n", escaped(expanded(rule->redirect, url)));
  }

 private:
  void load(const std::string& file) {
    std::string text;
    try {
      text = readTextFile(file, kMostBytes);
    } catch (const TextFileError& e) {
      throw std::runtime_error(fmt::format("'{}' cannot be read: {}", printable(file), e.what()));
    }
    std::istringstream input(text);
    std::size_t number = 0;
    for (std::string line; std::getline(input, line);) {
      ++number;
      std::string_view fields = line;
      const std::string pattern(takeWord(fields));
      if (pattern.empty() || pattern.front() == '#') continue;
      const std::string_view redirect = takeWord(fields);
      try {
        rules_.push_back({Pattern(pattern), redirect.empty()
                                                ? std::string("http://foo.bar?found={url}")
                                                : std::string(redirect)});
      } catch (const std::runtime_error& e) {
        throw std::runtime_error(fmt::format("'{}' line {}: '{}' is no regular expression: {}",
                                             printable(file), number, printable(pattern),
                                             e.what()));
      }
    }
  }

  std::vector<Rule> rules_;
};

}  // namespace

std::unique_ptr<Personality> makeSquidGuard(const std::string& patternsFile) {
  return std::make_unique<SquidGuard>(patternsFile);
}

}  // namespace iotcpd::fake

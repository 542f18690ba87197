#include "loadgen/plan/template_parser.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/text/quantity.h"
#include "loadgen/plan/request_template.h"

namespace iotcpd::loadgen {
namespace {

using Kind = TemplatePiece::Kind;

constexpr std::uint64_t kMostWeight = 1'000'000;
constexpr std::uint64_t kMostRandom = 1'000'000'000'000;
constexpr std::size_t kMostTemplateBytes = 64UL * 1024;
constexpr std::size_t kMostPlaceholders = 100;

class TemplateReader {
 public:
  explicit TemplateReader(Scanner& scanner) : scanner_(scanner) {}

  std::vector<TemplatePiece> read() {
    if (scanner_.atEnd()) scanner_.fail("a request");
    if (scanner_.rest().size() > kMostTemplateBytes) {
      scanner_.fail(
          fmt::format("a request template of at most {}", formatSize(kMostTemplateBytes)));
    }
    while (!scanner_.atEnd()) {
      if (scanner_.skip("{{")) {
        text_ += '{';
      } else if (scanner_.skip("}}")) {
        text_ += '}';
      } else if (scanner_.peek() == '{') {
        takePlaceholder();
      } else {
        takeText();
      }
    }
    endText();
    return std::move(pieces_);
  }

 private:
  void takeText() {
    if (scanner_.peek() == '}') scanner_.fail("'}}' for a brace that closes nothing");
    if (scanner_.peek() == '\n') scanner_.fail("a request of one line, its newline left out");
    const std::string_view rest = scanner_.rest();
    const std::string_view text = rest.substr(0, rest.find_first_of("{}\n"));
    scanner_.skip(text);
    text_ += text;
  }

  void endText() {
    if (!text_.empty()) pieces_.push_back({Kind::kText, std::exchange(text_, {}), 0, 0});
  }

  void takePlaceholder() {
    endText();
    const std::size_t start = scanner_.position();
    if (++placeholders_ > kMostPlaceholders) {
      scanner_.fail(fmt::format("at most {} placeholders", kMostPlaceholders));
    }
    if (scanner_.skip("{seq}")) return add(Kind::kSequence);
    if (scanner_.skip("{uuid}")) return add(Kind::kUuid);
    if (scanner_.skip("{token}")) return add(Kind::kToken);
    if (scanner_.skip("{rand:")) return takeRandom();
    if (scanner_.skip("{file:")) return takeFile(start);
    scanner_.fail("{seq}, {uuid}, {rand:1..100}, {token}, {file:PATH}, or '{{' for a brace");
  }

  void add(Kind kind) { pieces_.push_back({kind, {}, 0, 0}); }

  void takeRandom() {
    const std::uint64_t least = scanner_.count(0, kMostRandom);
    if (!scanner_.skip("..")) scanner_.fail("'..' between the least number and the most");
    const std::uint64_t most = scanner_.count(least, kMostRandom);
    if (!scanner_.skip("}")) scanner_.fail("'}'");
    pieces_.push_back({Kind::kRandom, {}, least, most});
  }

  void takeFile(std::size_t start) {
    const std::string_view rest = scanner_.rest();
    const std::string_view path = rest.substr(0, rest.find_first_of("}\n"));
    if (path.empty()) scanner_.fail("the path of a file");
    scanner_.skip(path);
    if (!scanner_.skip("}")) scanner_.failAt(start, "a closing '}' to this '{'");
    pieces_.push_back({Kind::kFile, std::string(path), 0, 0});
  }

  Scanner& scanner_;
  std::vector<TemplatePiece> pieces_;
  std::string text_;
  std::size_t placeholders_ = 0;
};

bool hasWeight(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789");
  return end != 0 && end != std::string_view::npos && text[end] == ':';
}

}  // namespace

std::vector<TemplatePiece> parseTemplate(Scanner& scanner) {
  return TemplateReader(scanner).read();
}

WeightedTemplate parseWeightedTemplate(std::string_view text) {
  WeightedTemplate weighted;
  Scanner scanner(text);
  if (hasWeight(text)) {
    weighted.weight = scanner.count(1, kMostWeight);
    scanner.skip(":");
  }
  weighted.text = scanner.rest();
  static_cast<void>(parseTemplate(scanner));
  return weighted;
}

}  // namespace iotcpd::loadgen

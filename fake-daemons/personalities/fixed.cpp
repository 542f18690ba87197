#include <unistd.h>

#include <array>
#include <vector>

#include "common/text/scanner.h"
#include "fake-daemons/personalities/kinds.h"

namespace iotcpd::fake {
namespace {

enum class Field : std::uint8_t {
  kLine,
  kToken,
  kPid,
  kWorker,
  kIncarnation,
  kSequence,
  kSlept,
};

constexpr std::array<std::string_view, 7> kFieldNames{"line",        "token", "pid",     "worker",
                                                      "incarnation", "seq",   "slept_us"};

/// Literal text, then a field or the end.
struct Piece {
  std::string literal;
  Field field = Field::kLine;
};

class Fixed final : public Personality {
 public:
  Fixed(std::string_view replyTemplate, const Identity& identity) : identity_(identity) {
    Scanner scanner(replyTemplate);
    while (!scanner.atEnd()) takePiece(scanner);
  }

  std::string reply(const Request& request) override {
    std::string text;
    for (const Piece& piece : pieces_) {
      text += piece.literal;
      text += value(piece.field, request);
    }
    return text + end_ + '\n';
  }

 private:
  void takePiece(Scanner& scanner) {
    const std::string_view rest = scanner.rest();
    const std::string_view literal = rest.substr(0, rest.find_first_of("{}"));
    scanner.skip(literal);
    end_ += literal;
    if (scanner.atEnd()) return;
    if (scanner.skip("{{")) {
      end_ += '{';
    } else if (scanner.skip("}}")) {
      end_ += '}';
    } else {
      pieces_.push_back({std::move(end_), takeField(scanner)});
      end_.clear();
    }
  }

  static Field takeField(Scanner& scanner) {
    const std::size_t start = scanner.position();
    for (std::size_t i = 0; i < kFieldNames.size(); ++i) {
      if (scanner.skip('{' + std::string(kFieldNames[i]) + '}')) return static_cast<Field>(i);
    }
    scanner.failAt(start,
                   "one of {line} {token} {pid} {worker} {incarnation} {seq} {slept_us}, or "
                   "a brace written twice");
  }

  std::string value(Field field, const Request& request) const {
    switch (field) {
      case Field::kLine:
        return std::string(request.text());
      case Field::kToken:
        return std::string(request.token);
      case Field::kPid:
        return std::to_string(::getpid());
      case Field::kWorker:
        return std::to_string(identity_.worker);
      case Field::kIncarnation:
        return std::to_string(identity_.incarnation);
      case Field::kSequence:
        return std::to_string(request.sequence);
      case Field::kSlept:
        return std::to_string(
            std::chrono::duration_cast<std::chrono::microseconds>(request.slept).count());
    }
    return {};
  }

  Identity identity_;
  std::vector<Piece> pieces_;
  std::string end_;  ///< the literal after the last field
};

}  // namespace

std::unique_ptr<Personality> makeFixed(std::string_view replyTemplate, const Identity& identity) {
  return std::make_unique<Fixed>(replyTemplate, identity);
}

}  // namespace iotcpd::fake

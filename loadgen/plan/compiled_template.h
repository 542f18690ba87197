#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/random/random_stream.h"
#include "loadgen/plan/line_file.h"
#include "loadgen/plan/line_source.h"
#include "loadgen/plan/template_parser.h"

namespace iotcpd::loadgen {

/// The files that templates mention, each read once.
class LineFiles {
 public:
  /// Throws PlanError.
  [[nodiscard]] std::shared_ptr<const LineFile> open(const std::string& path);

 private:
  std::map<std::string, std::shared_ptr<const LineFile>> files_;
};

/// What placeholders are filled in from. Owned by the mix of templates that shares it.
struct TemplateValues {
  explicit TemplateValues(std::uint64_t runSeed);

  std::uint64_t sequence = 0;  ///< of the request, from 1
  std::uint64_t seed;
  RandomStream random;
  RandomStream uuid;
};

/// A template, ready to be filled in: stretches of text and placeholders, one after the other. Each
/// {file:PATH} has its own place in its file and goes on by a line whenever it is filled in.
class CompiledTemplate {
 public:
  /// Throws SyntaxError, and PlanError for a file.
  CompiledTemplate(std::string_view text, LineFiles& files);
  ~CompiledTemplate() = default;
  CompiledTemplate(const CompiledTemplate&) = delete;
  CompiledTemplate& operator=(const CompiledTemplate&) = delete;
  /// What has been filled in stays where it is.
  CompiledTemplate(CompiledTemplate&&) = default;
  CompiledTemplate& operator=(CompiledTemplate&&) = default;

  /// No placeholder at all: the line is the same each time.
  [[nodiscard]] bool isFixed() const { return isFixed_; }
  /// Fills it in; valid until the next time. Allocates nothing once the longest has been seen.
  [[nodiscard]] const RequestLine& expand(TemplateValues& values) {
    if (!isFixed_) fillIn(values);
    return filled_;
  }

 private:
  struct Piece {
    TemplatePiece::Kind kind;
    std::string text;
    std::uint64_t least, span;             ///< of a random number
    std::shared_ptr<const LineFile> file;  ///< else null
    std::size_t nextLine;                  ///< of the file
  };

  void fixIfPlain();
  void fillIn(TemplateValues& values);
  void append(Piece& piece, TemplateValues& values);
  void appendFileLine(Piece& piece);

  std::vector<Piece> pieces_;
  bool isFixed_ = false;
  bool drawsToken_ = false;    ///< and nothing else in it can hold one before it
  bool mayHoldToken_ = false;  ///< in its text or a file's line: it is looked for
  std::string line_;           ///< never in the object itself: filled_ points into it
  RequestLine filled_;
};

}  // namespace iotcpd::loadgen

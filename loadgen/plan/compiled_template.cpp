#include "loadgen/plan/compiled_template.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/text/token.h"
#include "loadgen/plan/draw.h"
#include "loadgen/plan/request_token.h"

namespace iotcpd::loadgen {
namespace {

using Kind = TemplatePiece::Kind;

constexpr std::size_t kReservedBytes = 4096;

void writeHex(char* to, std::uint64_t value, std::size_t digits) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (std::size_t i = digits; i-- > 0; value >>= 4U) to[i] = kHex[value & 0xfU];
}

void appendNumber(std::string& line, std::uint64_t number) {
  std::array<char, 20> digits{};
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  line.append(digits.data(), end);
}

void appendToken(std::string& line, std::uint64_t number) {
  std::array<char, kTokenBytes> token{};
  std::ranges::copy(kTokenStart, token.begin());
  writeHex(token.data() + kTokenStart.size(), number, kTokenDigits);
  line.append(token.data(), token.size());
}

/// Version 4 of RFC 9562: random but for the four bits of the version and two of the variant.
void appendUuid(std::string& line, RandomStream& stream) {
  const std::uint64_t high = (stream.next() & ~0xf000ULL) | 0x4000ULL;
  const std::uint64_t low = (stream.next() & ~(3ULL << 62U)) | (2ULL << 62U);
  std::array<char, 36> uuid{};
  writeHex(uuid.data(), high >> 32U, 8);
  writeHex(uuid.data() + 9, high >> 16U, 4);
  writeHex(uuid.data() + 14, high, 4);
  writeHex(uuid.data() + 19, low >> 48U, 4);
  writeHex(uuid.data() + 24, low, 12);
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) uuid.at(dash) = '-';
  line.append(uuid.data(), uuid.size());
}

}  // namespace

std::shared_ptr<const LineFile> LineFiles::open(const std::string& path) {
  std::shared_ptr<const LineFile>& file = files_[path];
  if (!file) file = std::make_shared<const LineFile>(path);
  return file;
}

TemplateValues::TemplateValues(std::uint64_t runSeed)
    : seed(runSeed), random(runSeed, "rand"), uuid(runSeed, "uuid") {}

CompiledTemplate::CompiledTemplate(std::string_view text, LineFiles& files) {
  Scanner scanner(text);
  for (TemplatePiece& piece : parseTemplate(scanner)) {
    const bool isFile = piece.kind == Kind::kFile;
    drawsToken_ = drawsToken_ || piece.kind == Kind::kToken;
    mayHoldToken_ = mayHoldToken_ || isFile || piece.text.find(kTokenStart) != std::string::npos;
    pieces_.push_back(
        {piece.kind, std::move(piece.text), piece.least, piece.most - piece.least + 1, nullptr, 0});
    if (isFile) pieces_.back().file = files.open(pieces_.back().text);
  }
  line_.reserve(kReservedBytes);
  isFixed_ = pieces_.size() == 1 && pieces_.front().kind == Kind::kText;
  if (isFixed_) {
    line_ = pieces_.front().text + '\n';
    fixed_ = withToken(line_);
  }
}

RequestLine CompiledTemplate::expand(TemplateValues& values) {
  if (isFixed_) return {line_, fixed_.token, fixed_.hasToken};
  line_.clear();
  for (Piece& piece : pieces_) append(piece, values);
  line_ += '\n';
  if (mayHoldToken_) return withToken(line_);
  if (!drawsToken_) return {line_, 0, false};
  return {line_, requestToken(values.seed, values.sequence), true};
}

void CompiledTemplate::append(Piece& piece, TemplateValues& values) {
  switch (piece.kind) {
    case Kind::kText:
      line_ += piece.text;
      return;
    case Kind::kSequence:
      return appendNumber(line_, values.sequence);
    case Kind::kUuid:
      return appendUuid(line_, values.uuid);
    case Kind::kRandom:
      return appendNumber(line_, piece.least + drawBelow(values.random, piece.span));
    case Kind::kToken:
      return appendToken(line_, requestToken(values.seed, values.sequence));
    case Kind::kFile:
      return appendFileLine(piece);
  }
}

void CompiledTemplate::appendFileLine(Piece& piece) {
  std::string_view line = piece.file->line(piece.nextLine);
  line.remove_suffix(1);
  line_ += line;
  piece.nextLine = (piece.nextLine + 1) % piece.file->lineCount();
}

}  // namespace iotcpd::loadgen

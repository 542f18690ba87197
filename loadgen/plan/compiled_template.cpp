#include "loadgen/plan/compiled_template.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>

#include "common/text/token.h"
#include "loadgen/plan/draw.h"
#include "loadgen/plan/request_token.h"

namespace iotcpd::loadgen {
namespace {

using Kind = TemplatePiece::Kind;

constexpr std::size_t kReservedBytes = 4096;

/// Eight hexadecimal digits at once: a nibble to each byte, and the letters further on to those
/// above 9.
void writeHex8(char* to, std::uint32_t value) {
  std::uint64_t nibbles = value;
  nibbles = ((nibbles << 16U) | nibbles) & 0x0000ffff0000ffff;
  nibbles = ((nibbles << 8U) | nibbles) & 0x00ff00ff00ff00ff;
  nibbles = ((nibbles << 4U) | nibbles) & 0x0f0f0f0f0f0f0f0f;
  const std::uint64_t isLetter = ((nibbles + 0x0606060606060606) >> 4U) & 0x0101010101010101;
  std::uint64_t text = nibbles + 0x3030303030303030 + isLetter * ('a' - '0' - 10);
  if constexpr (std::endian::native == std::endian::little) text = __builtin_bswap64(text);
  std::memcpy(to, &text, sizeof text);
}

void writeHex16(char* to, std::uint64_t value) {
  writeHex8(to, static_cast<std::uint32_t>(value >> 32U));
  writeHex8(to + 8, static_cast<std::uint32_t>(value));
}

void appendNumber(std::string& line, std::uint64_t number) {
  std::array<char, 20> digits{};
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  line.append(digits.data(), end);
}

void appendToken(std::string& line, std::uint64_t number) {
  std::array<char, kTokenBytes> token{};
  std::ranges::copy(kTokenStart, token.begin());
  writeHex16(token.data() + kTokenStart.size(), number);
  line.append(token.data(), token.size());
}

/// Version 4 of RFC 9562: random but for the four bits of the version and two of the variant.
void appendUuid(std::string& line, RandomStream& stream) {
  const std::uint64_t high = (stream.next() & ~0xf000ULL) | 0x4000ULL;
  const std::uint64_t low = (stream.next() & ~(3ULL << 62U)) | (2ULL << 62U);
  std::array<char, 32> digits{};
  writeHex16(digits.data(), high);
  writeHex16(digits.data() + 16, low);
  std::array<char, 36> uuid{};
  const char* from = digits.data();
  char* to = uuid.data();
  for (const std::size_t group : {8U, 4U, 4U, 4U, 12U}) {
    to = std::copy_n(from, group, to);
    from += group;
    if (to != uuid.data() + uuid.size()) *to++ = '-';
  }
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
  fixIfPlain();
}

void CompiledTemplate::fixIfPlain() {
  isFixed_ = pieces_.size() == 1 && pieces_.front().kind == Kind::kText;
  if (!isFixed_) return;
  line_ += pieces_.front().text;
  line_ += '\n';
  filled_ = withToken(line_);
}

void CompiledTemplate::fillIn(TemplateValues& values) {
  line_.clear();
  for (Piece& piece : pieces_) append(piece, values);
  line_ += '\n';
  if (mayHoldToken_) {
    filled_ = withToken(line_);
  } else {
    filled_ = {line_, drawsToken_ ? requestToken(values.seed, values.sequence) : 0, drawsToken_};
  }
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

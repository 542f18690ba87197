#include "common/stats/zigzag.h"

namespace iotcpd {
namespace {

constexpr int kShiftOfNinthByte = 56;

}  // namespace

void appendZigZag(std::string& bytes, std::int64_t value) {
  const std::uint64_t sign = value < 0 ? ~std::uint64_t{0} : 0;
  std::uint64_t left = (static_cast<std::uint64_t>(value) << 1) ^ sign;
  for (int shift = 0; shift < kShiftOfNinthByte && left > 0x7f; shift += 7) {
    bytes += static_cast<char>((left & 0x7f) | 0x80);
    left >>= 7;
  }
  bytes += static_cast<char>(left);
}

std::optional<std::int64_t> ZigZagReader::take(std::uint8_t byte) {
  const bool isLast = shift_ == kShiftOfNinthByte || byte < 0x80;
  const std::uint64_t payload = shift_ == kShiftOfNinthByte ? byte : byte & 0x7f;
  bits_ |= payload << shift_;
  shift_ += 7;
  if (!isLast) return {};
  const std::uint64_t sign = (bits_ & 1) != 0 ? ~std::uint64_t{0} : 0;
  const auto value = static_cast<std::int64_t>((bits_ >> 1) ^ sign);
  *this = {};
  return value;
}

}  // namespace iotcpd

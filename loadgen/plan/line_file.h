#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iotcpd::loadgen {

inline constexpr std::size_t kMostLineFileBytes = 64UL * 1024 * 1024;
inline constexpr std::size_t kMostLineFileLines = 10'000'000;
/// Of one request, its newline included, wherever it is read from or written to.
inline constexpr std::size_t kMostRequestBytes = 1024UL * 1024;

/// The lines of a file, held in memory. Bytes are taken as they are: a CR before a newline belongs
/// to its line, and an empty line is a line. The last one need not end in a newline.
class LineFile {
 public:
  /// Throws PlanError for a file that is unreadable, empty, larger than 64 MiB, of more than ten
  /// million lines or with a line longer than 1 MiB.
  explicit LineFile(const std::string& path);

  /// At least 1.
  [[nodiscard]] std::size_t lineCount() const { return starts_.size(); }
  /// With its newline.
  [[nodiscard]] std::string_view line(std::size_t index) const;
  /// Lets two lines change places.
  void swapLines(std::size_t left, std::size_t right) { std::swap(starts_[left], starts_[right]); }

 private:
  std::string text_;
  std::vector<std::uint32_t> starts_;
};

}  // namespace iotcpd::loadgen

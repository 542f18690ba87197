#include "loadgen/plan/line_file.h"

#include <fmt/format.h>

#include "common/os/text_file.h"
#include "common/text/printable.h"
#include "common/text/quantity.h"
#include "loadgen/plan/plan.h"

namespace iotcpd::loadgen {
namespace {

std::string readWhole(const std::string& path) {
  try {
    return readTextFile(path, kMostLineFileBytes);
  } catch (const TextFileError& e) {
    throw PlanError(
        fmt::format("file of requests '{}' cannot be used: {}", printable(path), e.what()));
  }
}

}  // namespace

LineFile::LineFile(const std::string& path) : text_(readWhole(path)) {
  const auto refuse = [&](std::string_view why) {
    throw PlanError(fmt::format("file of requests '{}' {}", printable(path), why));
  };
  if (text_.empty()) refuse("is empty: at least one line is expected");
  if (text_.back() != '\n') text_ += '\n';
  for (std::size_t start = 0; start < text_.size();) {
    if (starts_.size() == kMostLineFileLines) {
      refuse(fmt::format("has more than {} lines", kMostLineFileLines));
    }
    starts_.push_back(static_cast<std::uint32_t>(start));
    const std::size_t end = text_.find('\n', start) + 1;
    if (end - start > kMostRequestBytes) {
      refuse(
          fmt::format("line {} is longer than {}", starts_.size(), formatSize(kMostRequestBytes)));
    }
    start = end;
  }
}

std::string_view LineFile::line(std::size_t index) const {
  const std::size_t start = starts_[index];
  return std::string_view(text_).substr(start, text_.find('\n', start) + 1 - start);
}

}  // namespace iotcpd::loadgen

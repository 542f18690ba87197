#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/os/unique_fd.h"
#include "redirector/edge/reactor.h"
#include "redirector/edge/watch.h"

namespace iotcpd::redirector {

/// Standard output that never blocks the loop: what a slow reader has not taken is kept here up to
/// a bound and written when it reads on; a text beyond the bound is dropped whole and counted.
class StandardOutput {
 public:
  static constexpr std::size_t kMaxBufferedBytes = std::size_t{1} << 20U;

  explicit StandardOutput(Reactor& reactor);

  void write(std::string_view text);
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  void flush();

  Reactor& reactor_;
  UniqueFd fd_;
  std::string buffer_;
  std::unique_ptr<Watch> watch_;
  std::uint64_t dropped_ = 0;
};

}  // namespace iotcpd::redirector

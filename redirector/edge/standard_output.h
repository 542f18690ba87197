#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/os/unique_fd.h"
#include "redirector/edge/poller.h"

namespace iotcpd::redirector {

/// Standard output that never blocks the loop: what a slow reader has not taken is kept here up to
/// a bound and written when it reads on; a text beyond the bound is dropped whole and counted.
class StandardOutput final : private Poller::Handler {
 public:
  static constexpr std::size_t kMaxBufferedBytes = std::size_t{1} << 20U;

  explicit StandardOutput(Poller& poller);
  ~StandardOutput();
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

  void write(std::string_view text);
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  void onEvents(std::uint32_t events, TimePoint now) override;
  void flush();
  void watch(bool wanted);

  Poller& poller_;  ///< tells when more will be taken
  UniqueFd fd_;
  std::string buffer_;
  bool watched_ = false;
  std::uint64_t dropped_ = 0;
};

}  // namespace iotcpd::redirector

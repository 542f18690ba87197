#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "common/os/unique_fd.h"
#include "redirector/edge/poller.h"

namespace iotcpd::redirector {

/// Reads one daemon's stderr and hands it on line by line, bounded in length and rate, so that a
/// daemon can neither block on it nor fill the log.
class StderrCapture final : private Poller::Handler {
 public:
  static constexpr std::size_t kMaxLineBytes = 1024;  ///< longer lines are cut
  static constexpr std::uint64_t kMaxLinesPerSecond = 50;

  /// `onLine`: one line without its newline, or a note on what was left out.
  StderrCapture(Poller& poller, UniqueFd reader, std::function<void(std::string_view line)> onLine);
  ~StderrCapture();
  StderrCapture(const StderrCapture&) = delete;
  StderrCapture& operator=(const StderrCapture&) = delete;

  /// False, with errno set, when the poller could not take the descriptor.
  [[nodiscard]] bool open();

  /// After the daemon's exit: reads on while there is something, up to a bound, and hands on an
  /// unfinished last line.
  void finish(TimePoint now);

 private:
  void onEvents(std::uint32_t events, TimePoint now) override;
  bool readOnce(TimePoint now);
  void take(std::string_view bytes, TimePoint now);
  void endLine(TimePoint now);
  void reportSuppressed();
  void close();

  Poller& poller_;
  UniqueFd fd_;
  std::function<void(std::string_view)> onLine_;
  std::string line_;
  bool lineCut_ = false;
  bool open_ = false;
  TimePoint secondBegan_{};
  std::uint64_t linesThisSecond_ = 0;
  std::uint64_t suppressed_ = 0;
};

}  // namespace iotcpd::redirector

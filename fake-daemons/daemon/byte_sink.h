#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "common/os/unique_fd.h"
#include "fake-daemons/daemon/loop.h"

namespace iotcpd::fake {

/// Bytes on their way to a descriptor that is never waited for: what is not taken at once is kept
/// and written when the descriptor is ready.
class ByteSink {
 public:
  /// What becomes of it is told to its owner.
  struct Callbacks {
    std::function<void(TimePoint now)> onEmpty;  ///< all that was kept has been written
    std::function<void(int error)> onBroken;     ///< it takes nothing any more; nothing is kept
  };

  ByteSink(Loop& loop, UniqueFd fd, Callbacks callbacks);

  /// Keeps the bytes until flush(). Each is moved in memory once at the most.
  void append(std::string_view bytes);
  /// Writes what the descriptor takes; true when nothing is left.
  bool flush();
  /// How many bytes are kept.
  [[nodiscard]] std::size_t size() const { return kept_.size() - written_; }
  [[nodiscard]] bool empty() const { return kept_.size() == written_; }
  /// Bytes appended so far are lost, and so is what comes.
  void close();
  [[nodiscard]] bool closed() const { return !fd_; }

 private:
  void forgetWritten();

  UniqueFd fd_;
  Callbacks callbacks_;
  Watch watch_;
  std::string kept_;
  std::size_t written_ = 0;  ///< of kept_
};

}  // namespace iotcpd::fake

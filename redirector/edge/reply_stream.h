#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace iotcpd::redirector {

/// Replies on their way to one client, one after the other, and how far the kernel has taken them.
///
///     stream:  ... taken by the kernel | not yet taken
///                              takenEnd()           end()
///
/// Both ends count from the beginning of the connection. It has memory only while something is on
/// its way, and shares that with the other streams of its thread.
class ReplyStream {
 public:
  enum class Progress {
    kAll,      ///< the kernel has all of it
    kBlocked,  ///< it takes no more at the moment
    kBroken,   ///< the connection is
  };

  /// REQUIRES: `reply` is not empty.
  void append(std::string_view reply);
  /// Writes once what the kernel will take. REQUIRES: not empty().
  [[nodiscard]] Progress send(int fd);

  [[nodiscard]] bool empty() const { return bytes_ == nullptr; }
  [[nodiscard]] std::uint64_t takenEnd() const { return takenEnd_; }
  [[nodiscard]] std::uint64_t end() const {
    return takenEnd_ + (empty() ? 0 : bytes_->size() - sentBytes_);
  }

 private:
  void dropSent();

  std::unique_ptr<std::string> bytes_;  ///< nullptr while there are none
  std::size_t sentBytes_ = 0;           ///< of `bytes_`
  std::uint64_t takenEnd_ = 0;
};

}  // namespace iotcpd::redirector

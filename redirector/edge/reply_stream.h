#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace iotcpd::redirector {

/// Replies on their way to one client, one after the other, and how far the kernel has taken them.
///
///     stream:  ... taken by the kernel | not yet taken
///                              takenEnd()           end()
///
/// Both ends count from the beginning of the connection.
class ReplyStream {
 public:
  enum class Progress {
    kAll,      ///< the kernel has all of it
    kBlocked,  ///< it takes no more at the moment
    kBroken,   ///< the connection is
  };

  void append(std::string_view reply) { bytes_ += reply; }
  /// Writes once what the kernel will take.
  [[nodiscard]] Progress send(int fd);

  [[nodiscard]] bool empty() const { return sentBytes_ == bytes_.size(); }
  [[nodiscard]] std::uint64_t takenEnd() const { return takenEnd_; }
  [[nodiscard]] std::uint64_t end() const { return takenEnd_ + bytes_.size() - sentBytes_; }

 private:
  std::string bytes_;
  std::size_t sentBytes_ = 0;  ///< of `bytes_`
  std::uint64_t takenEnd_ = 0;
};

}  // namespace iotcpd::redirector

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace iotcpd::redirector {

/// What a session has read and not yet taken. Its memory is used again, so that holding bytes costs
/// no allocation once as many have been held.
class HeldBytes {
 public:
  /// In place of what was held. `bytes` may not be of its own.
  void assign(std::string_view bytes) {
    bytes_ = bytes;
    takenBytes_ = 0;
  }
  /// The first `count` have been taken. REQUIRES: as many are held.
  void drop(std::size_t count) { takenBytes_ += count; }

  /// Valid until the next assign().
  [[nodiscard]] std::string_view rest() const {
    return std::string_view(bytes_).substr(takenBytes_);
  }
  [[nodiscard]] std::size_t size() const { return bytes_.size() - takenBytes_; }
  [[nodiscard]] bool empty() const { return size() == 0; }

 private:
  std::string bytes_;
  std::size_t takenBytes_ = 0;  ///< of `bytes_`
};

}  // namespace iotcpd::redirector

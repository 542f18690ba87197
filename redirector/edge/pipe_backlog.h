#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace iotcpd::redirector {

/// What a pipe has not taken yet, in order. Holds at most twice as much as that, also where it is
/// never empty.
class PipeBacklog {
 public:
  void add(std::string_view bytes) {
    if (takenBytes_ >= bytes_.size() / 2) {
      bytes_.erase(0, takenBytes_);
      takenBytes_ = 0;
    }
    bytes_ += bytes;
  }
  /// What is to be written next, valid until it is changed.
  [[nodiscard]] std::string_view rest() const {
    return std::string_view(bytes_).substr(takenBytes_);
  }
  /// The pipe has taken that many of rest(). When it has taken all, the memory is given back.
  void taken(std::size_t count) {
    takenBytes_ += count;
    if (empty()) clear();
  }
  void clear() {
    std::string().swap(bytes_);
    takenBytes_ = 0;
  }

  [[nodiscard]] bool empty() const { return takenBytes_ == bytes_.size(); }
  [[nodiscard]] std::size_t heldBytes() const { return bytes_.size(); }

 private:
  std::string bytes_;
  std::size_t takenBytes_ = 0;  ///< of `bytes_`
};

}  // namespace iotcpd::redirector

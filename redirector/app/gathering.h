#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace iotcpd::redirector {

/// Answers of several that come one by one, in any order; once all are there they are passed on.
/// Not for several threads: put() is called by one.
template <typename Part>
class Gathering {
 public:
  /// REQUIRES: parts > 0.
  Gathering(std::size_t parts, std::function<void(std::vector<Part>)> onAll)
      : parts_(parts), missing_(parts), onAll_(std::move(onAll)) {}

  /// REQUIRES: called once for each index.
  void put(std::size_t index, Part part) {
    parts_[index] = std::move(part);
    if (--missing_ == 0) onAll_(std::move(parts_));
  }

 private:
  std::vector<Part> parts_;
  std::size_t missing_;
  std::function<void(std::vector<Part>)> onAll_;
};

}  // namespace iotcpd::redirector

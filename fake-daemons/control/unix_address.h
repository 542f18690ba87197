#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <string>

namespace iotcpd::fake {

/// The address of a UNIX socket at a path.
class UnixAddress {
 public:
  explicit UnixAddress(const std::string& path)
      : fits_(!path.empty() && path.size() < sizeof address_.sun_path) {
    address_.sun_family = AF_UNIX;
    if (fits_) std::memcpy(address_.sun_path, path.c_str(), path.size() + 1);
  }

  /// A path of 1 to 107 bytes.
  [[nodiscard]] bool fits() const { return fits_; }
  [[nodiscard]] const sockaddr* get() const {
    return static_cast<const sockaddr*>(static_cast<const void*>(&address_));
  }
  [[nodiscard]] socklen_t length() const { return sizeof address_; }

 private:
  sockaddr_un address_{};
  bool fits_;
};

}  // namespace iotcpd::fake

#pragma once

#include <functional>

#include <Poco/Net/SocketNotification.h>
#include <Poco/Net/SocketReactor.h>

#include "common/net/fd_socket.h"

namespace iotcpd::redirector {

/// One descriptor's registration in the reactor, for as long as this object lives or until it wants
/// something else. Never more than one observer per descriptor: removing one of two leaves epoll
/// armed for both (Poco #2966). Destroy it before the descriptor is closed.
class Watch {
 public:
  enum class Interest { kNothing, kReadable, kWritable };

  Watch(Poco::Net::SocketReactor& reactor, int fd, std::function<void()> onReady);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  void want(Interest interest);

 private:
  void onReadable(const Poco::AutoPtr<Poco::Net::ReadableNotification>& notification);
  void onWritable(const Poco::AutoPtr<Poco::Net::WritableNotification>& notification);

  Poco::Net::SocketReactor& reactor_;
  FdSocket socket_;
  std::function<void()> onReady_;
  Interest interest_ = Interest::kNothing;
};

}  // namespace iotcpd::redirector

#pragma once

#include <Poco/Net/Socket.h>
#include <Poco/Net/SocketImpl.h>

namespace iotcpd {

/// Lends a descriptor of any kind (pipe, timerfd, signalfd, epoll, socket) to Poco's reactor, which
/// knows only Sockets. Never closes it: the owner removes it from the reactor first and closes
/// then.
class FdSocket : public Poco::Net::Socket {
 public:
  explicit FdSocket(int fd) : Poco::Net::Socket(new Impl(fd)) {}

 private:
  class Impl : public Poco::Net::SocketImpl {
   public:
    explicit Impl(int fd) : Poco::Net::SocketImpl(fd) {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

   protected:
    ~Impl() override { reset(); }
  };
};

}  // namespace iotcpd

#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/random/distribution.h"
#include "common/time/clock.h"
#include "tests/bench/line_server/protocol.h"
#include "tests/bench/line_server/service_queue.h"
#include "tests/bench/line_server/stamps.h"

namespace yardstick {

struct ServerSettings {
  std::uint16_t port = 0;
  Protocol protocol = Protocol::kDetect;
  bool closes = false;                          ///< one request per connection, closed by us
  std::optional<iotcpd::Distribution> service;  ///< nothing: replies at once
  std::uint64_t seed = 1;
  std::string stampFile;
  std::size_t mostStamps = 1'000'000;
  bool polls = false;  ///< never sleeps: a stamp is then no later than a look at the sockets takes
};

/// The whole server: one thread, level-triggered epoll. What one read brings is answered with one
/// write. Dies upon errors of the machine; a client's faults end that client's connection.
class Server {
 public:
  /// Listens on 127.0.0.1 at once.
  explicit Server(const ServerSettings& settings);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// Serves until SIGTERM or SIGINT, then writes the stamps.
  void run();
  [[nodiscard]] std::uint64_t requests() const { return requests_; }
  [[nodiscard]] std::uint64_t connections() const { return accepted_; }

 private:
  /// One place by descriptor, used again for whoever gets that descriptor next.
  struct Connection {
    int fd = -1;  ///< -1: nobody is here
    std::uint32_t incarnation = 0;
    std::uint32_t outstanding = 0;  ///< jobs in the queue
    std::uint32_t watched = 0;      ///< what epoll waits for; 0: not registered
    Protocol protocol = Protocol::kDetect;
    bool isEnding = false;  ///< nothing more is read; closed when all is sent
    std::string unparsed;
    std::string unsent;
  };

  void watch(int fd, std::uint32_t events, std::uint64_t tag, int operation) const;
  void await(Connection& connection);
  [[nodiscard]] int waitForEvents();
  void dispatch(const epoll_event& event);
  void acceptAll();
  void onReadable(Connection& connection);
  void answer(Connection& connection, std::string_view input);
  [[nodiscard]] bool take(Connection& connection, const Taken& taken, iotcpd::TimePoint arrival);
  void finishDue();
  void flush(Connection& connection, std::string_view bytes);
  void keepUnsent(Connection& connection, std::string_view bytes);
  static void close(Connection& connection);
  [[nodiscard]] Connection* find(std::uint64_t tag) const;

  const ServerSettings settings_;
  int listener_;
  int epoll_;
  int signals_;
  bool isEnding_ = false;
  Stamps stamps_;
  std::optional<ServiceQueue> queue_;
  std::vector<std::unique_ptr<Connection>> connections_;  // by descriptor
  std::vector<char> buffer_;
  std::string replies_;
  std::array<epoll_event, 256> events_{};
  std::uint64_t requests_ = 0;
  std::uint64_t accepted_ = 0;
};

}  // namespace yardstick

#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "common/os/unique_fd.h"
#include "fake-daemons/daemon/gates.h"
#include "fake-daemons/daemon/loop.h"

namespace iotcpd::fake {

/// What the control socket reaches.
class ControlTarget {
 public:
  virtual ~ControlTarget() = default;
  /// Adds a fault; returns what is wrong with it, one line, or nothing.
  [[nodiscard]] virtual std::string addFault(std::string_view text) = 0;
  /// JSON, one line each.
  [[nodiscard]] virtual std::string listFaults() const = 0;
  [[nodiscard]] virtual std::string listCounters() const = 0;
  [[nodiscard]] virtual Gates& gates() = 0;
  /// Only the faults of the command line, as at the start; counters at 0; everybody released.
  virtual void reset(TimePoint now) = 0;
};

/// A UNIX socket that takes commands, one a line, and answers each with one line, in their order:
/// "ok", "ok VALUE" or "error WHY".
class ControlServer {
 public:
  ControlServer(Loop& loop, ControlTarget& target);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// Replaces a socket that nobody listens on. Returns why it cannot listen there, or nothing.
  [[nodiscard]] std::string listen(const std::string& path);
  /// Removes the socket's file.
  void removeFile();

  /// What it answers to a command; nothing when the answer comes later through `later`.
  [[nodiscard]] std::string execute(std::string_view command, TimePoint now,
                                    std::function<void(std::string answer)> later);

 private:
  class Connection;

  void accept();

  Loop& loop_;
  ControlTarget& target_;
  UniqueFd listener_;
  Watch watch_;
  std::string path_;
  std::list<std::shared_ptr<Connection>> connections_;
};

}  // namespace iotcpd::fake

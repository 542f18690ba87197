#pragma once

#include <sys/types.h>

#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "common/os/unique_fd.h"
#include "fake-daemons/control/control_connection.h"
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

  /// Replaces a socket that nobody listens on. Returns why it cannot listen there, or nothing.
  [[nodiscard]] std::string listen(const std::string& path);
  /// Removes the socket's file, unless it is another's by now.
  void removeFile();

 private:
  void accept(TimePoint now);
  void goOn();
  void bury() { ended_.clear(); }
  using Outcome = ControlConnection::Outcome;
  [[nodiscard]] Outcome execute(std::string_view command);
  [[nodiscard]] Outcome executeAtGate(std::string_view name, const std::string& gate,
                                      std::string_view rest);

  Loop& loop_;
  ControlTarget& target_;
  UniqueFd listener_;
  Watch watch_;
  std::string path_;
  /// Of the socket's file: another process may have put its own there since.
  dev_t device_ = 0;
  ino_t inode_ = 0;
  Timer again_;  ///< accepts after a pause, and frees those that have ended
  std::list<std::unique_ptr<ControlConnection>> connections_;
  std::list<std::unique_ptr<ControlConnection>> ended_;
};

}  // namespace iotcpd::fake

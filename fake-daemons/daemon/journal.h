#pragma once

#include <string>
#include <string_view>

#include "common/os/unique_fd.h"
#include "fake-daemons/actions/effect.h"
#include "fake-daemons/engine/fault_engine.h"
#include "fake-daemons/personalities/request.h"

namespace iotcpd::fake {

/// What happened in this process, as lines of JSON, each in one write to a file opened for
/// appending: the processes of a pool may share it, and a SIGKILL loses nothing that was written
/// before (Linux may end the write of a killed process between two pages of the file).
/// Times never go back from line to line of a process.
/// The schema is fake-daemons/journal.schema.json.
class Journal {
 public:
  explicit Journal(const Identity& identity);

  /// Opens the file. Returns the error that kept it from being opened, 0 when there was none.
  [[nodiscard]] int open(const std::string& path);
  [[nodiscard]] bool enabled() const { return static_cast<bool>(fd_); }
  /// Lines that could not be written, wholly or in part.
  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  void forgetLost() { lost_ = 0; }

  void start(TimePoint now, std::string_view personality);
  void received(TimePoint now, const Request& request);
  /// `request` is nullptr where there is none.
  void fault(TimePoint now, const Fired& fired, const Request* request);
  void replied(TimePoint now, const Request& request, std::size_t bytes);
  /// Asleep or spinning where no reply tells of it; `request` is nullptr where there is none.
  void slept(TimePoint now, Point point, const Request* request, Nanoseconds time);
  void stray(TimePoint now, std::size_t bytes);
  void child(TimePoint now, int pid);
  void exit(TimePoint now, std::string_view reason, Ending ending);

 private:
  void write(TimePoint now, std::string_view event, const std::string& fields);

  Identity identity_;
  UniqueFd fd_;
  std::uint64_t lost_ = 0;
  bool complained_ = false;
  TimePoint last_{};   ///< time of the last line
  bool torn_ = false;  ///< the last line was cut off
};

}  // namespace iotcpd::fake

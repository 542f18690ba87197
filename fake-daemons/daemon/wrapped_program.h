#pragma once

#include <sys/types.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/framing/line_framer.h"
#include "common/os/unique_fd.h"
#include "fake-daemons/actions/effect.h"
#include "fake-daemons/daemon/byte_sink.h"
#include "fake-daemons/daemon/loop.h"

namespace iotcpd::fake {

/// The real daemon that faults are put around: its stdin and stdout are ours, its stderr it shares
/// with us, and so the process group.
class WrappedProgram {
 public:
  struct Callbacks {
    /// A line, or at the end what came without a newline.
    std::function<void(std::string_view bytes)> onLine;
    /// No more lines for now.
    std::function<void(TimePoint now)> onRead;
    /// It has taken what isFull() was about.
    std::function<void(TimePoint now)> onDrained;
    /// It does not read its stdin any more.
    std::function<void()> onStdinClosed;
    /// A line is longer than any that can be passed on.
    std::function<void()> onTooLong;
    /// It has ended and all it wrote has been told.
    std::function<void(Ending ending)> onEnd;
  };

  WrappedProgram(Loop& loop, Callbacks callbacks);

  /// Returns the errno that kept it from being executed, 0 when there was none.
  [[nodiscard]] int start(const std::vector<std::string>& words);
  void write(std::string_view request);
  /// So much waits for it to read that it is to get nothing more for now.
  [[nodiscard]] bool isFull() const { return stdin_->size() >= kMostUnsent; }
  /// It has no stdout any more: no line will come.
  [[nodiscard]] bool stdoutEnded() const { return stdoutEnded_; }
  /// When all is written that was given to write().
  void closeStdin();
  void signal(int number) const;
  /// Does not read its stdout while asked not to.
  void pause() { stdout_.pause(); }
  void goOn();
  /// -1 before it has started.
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// It has been waited for; `status` as waitpid(2) has it.
  void onExit(int status, TimePoint now);

 private:
  static constexpr std::size_t kMostUnsent = 64UL * 1024;

  void makeStdin(UniqueFd writer);
  /// Returns how many bytes there were.
  std::size_t read(TimePoint now);
  void endStdout(TimePoint now);
  void endIfGone();

  Loop& loop_;
  Callbacks callbacks_;
  pid_t pid_ = -1;
  std::unique_ptr<ByteSink> stdin_;
  Watch stdinReader_;
  bool closesStdin_ = false;
  UniqueFd stdoutReader_;
  Watch stdout_;
  LineFramer framer_;
  std::array<char, 16UL * 1024> buffer_{};
  bool stdoutEnded_ = false;
  bool exited_ = false;
  Ending ending_;
};

}  // namespace iotcpd::fake

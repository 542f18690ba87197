#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "common/os/unique_fd.h"
#include "common/time/timer_heap.h"
#include "fake-daemons/daemon/byte_sink.h"
#include "fake-daemons/daemon/gates.h"
#include "fake-daemons/daemon/loop.h"

namespace iotcpd::fake {

/// One client of the control socket: commands in, answers out, in their order. Nothing is read
/// while an await or an answer that is not taken holds it up, so that it never keeps more than one
/// command, one piece of input and one answer.
class ControlConnection {
 public:
  /// What a command comes to.
  struct Outcome {
    std::string answer;
    std::string
        awaited;  ///< a gate that nobody has come to yet: "ok" is answered when somebody has
    /// Done after the answer has been given, since it may be the end of the process.
    std::function<void(TimePoint now)> then;
  };
  struct Callbacks {
    std::function<Outcome(std::string_view command)> execute;
    /// It has ended; destroys it, from a timer of its own.
    std::function<void()> onEnd;
  };

  ControlConnection(Loop& loop, Gates& gates, UniqueFd fd, Callbacks callbacks);
  ~ControlConnection();
  ControlConnection(const ControlConnection&) = delete;
  ControlConnection& operator=(const ControlConnection&) = delete;

 private:
  void read(TimePoint now);
  /// Carries out what has been read, as far as that goes.
  void proceed(TimePoint now);
  bool proceedOnce(TimePoint now);
  void awaitGate(const std::string& gate);
  void answer(const std::string& text);
  void endSoon();

  Loop& loop_;
  Gates& gates_;
  UniqueFd fd_;
  Callbacks callbacks_;
  Watch watch_;
  Timer next_;  ///< goes on in the loop's next turn
  ByteSink answers_;
  std::string input_;
  std::size_t done_ = 0;  ///< of input_
  Gates::Ticket ticket_ = 0;
  bool inputEnded_ = false;
  bool broken_ = false;  ///< no more answers
  bool ended_ = false;
};

}  // namespace iotcpd::fake

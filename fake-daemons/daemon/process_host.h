#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "fake-daemons/daemon/facilities.h"

namespace iotcpd::fake {

/// Does to this process what actions ask for.
class ProcessHost final : public Host {
 public:
  /// stdin is somebody else's.
  struct Callbacks {
    std::function<void()> closeStdin;
    std::function<void()> stopReading;
    std::function<bool()> isIdle;  ///< chatter that begins now ends with the idleness
    std::function<void()> ignoreTerm;
    std::function<void()> beforeEnd;  ///< whatever way the process ends
  };

  ProcessHost(Loop& loop, Journal& journal, ReplyOutput& output, Counters& counters);

  void connect(Callbacks callbacks) { callbacks_ = std::move(callbacks); }
  /// It is idle no more.
  void endIdleChatter() { idleChatter_.cancel(); }

  void writeStray(std::string_view bytes) override;
  void writeStrayLater(std::string bytes, Nanoseconds delay) override;
  void chatter(Nanoseconds interval) override;
  std::size_t writeStderr(std::string_view bytes) override;
  void complain(std::string_view what) override;
  void closeStdin() override;
  void closeStdout() override;
  void stopReading() override;
  void ignoreSignal(int number) override;
  void lingerChild(Nanoseconds time, Session session) override;
  void end(Ending ending) override;

  /// The same, and why: for the journal.
  void endBecause(std::string_view reason, Ending ending);

 private:
  struct LateLine {
    explicit LateLine(std::string text) : bytes(std::move(text)) {}
    std::string bytes;
    std::unique_ptr<Timer> timer;
  };

  void loseStray();
  void chat(Timer& timer, Nanoseconds interval, TimePoint now);

  Loop& loop_;
  Journal& journal_;
  ReplyOutput& output_;
  Counters& counters_;
  Callbacks callbacks_;
  UniqueFd stderr_;
  std::list<LateLine> late_;
  std::size_t lateBytes_ = 0;
  Nanoseconds chatterInterval_{};
  Nanoseconds idleChatterInterval_{};
  Timer chatter_;
  Timer idleChatter_;
  std::uint64_t chatted_ = 0;
};

}  // namespace iotcpd::fake

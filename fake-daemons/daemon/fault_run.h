#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "fake-daemons/daemon/facilities.h"

namespace iotcpd::fake {

/// Carries out what has fired at one point, one action after another, each to its end.
class FaultRun {
 public:
  /// `done` is called when a run that had to wait has come to its end.
  FaultRun(Facilities& facilities, std::function<void(TimePoint now)> done);
  ~FaultRun();
  FaultRun(const FaultRun&) = delete;
  FaultRun& operator=(const FaultRun&) = delete;

  /// What the actions are about; nullptr where there is none. Both outlive the run.
  struct About {
    Request* request = nullptr;
    Reply* reply = nullptr;
    std::uint64_t outstanding = 0;
  };

  /// True when all is done already; else `done` is called later. REQUIRES: !busy().
  [[nodiscard]] bool begin(std::vector<Fired> fired, const About& about, TimePoint now);
  [[nodiscard]] bool busy() const { return effect_ != nullptr; }

 private:
  bool advance(TimePoint now);
  bool startNext(TimePoint now);
  void endEffect(TimePoint now);
  /// True when there is nothing to wait for.
  bool await(const Wait& wait, TimePoint now);
  void resume(TimePoint now);

  Facilities& facilities_;
  std::function<void(TimePoint now)> done_;
  std::vector<Fired> fired_;
  std::size_t next_ = 0;
  About about_;
  std::unique_ptr<Effect> effect_;
  Timer timer_;
  Watch stderr_;
  Gates::Ticket ticket_ = 0;
  TimePoint sleepsSince_{};
  Nanoseconds slept_{};  ///< in the effect at hand
};

}  // namespace iotcpd::fake

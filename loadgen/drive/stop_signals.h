#pragma once

#include <csignal>
#include <functional>

#include "common/os/unique_fd.h"
#include "loadgen/drive/poller.h"

namespace iotcpd::loadgen {

/// INT and TERM as events of the loop. The first calls `onStop`; the second ends the process with
/// code 130, since somebody is in a hurry, after it has called `onQuit`. Blocks both signals for as
/// long as it lives; children that launchProcess() starts have them unblocked.
class StopSignals final : public PollHandler {
 public:
  StopSignals(Poller& poller, std::function<void()> onStop, std::function<void()> onQuit);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  void onReady(std::uint32_t events) override;

 private:
  sigset_t before_{};
  UniqueFd signals_;
  std::function<void()> onStop_;
  std::function<void()> onQuit_;
  bool stopping_ = false;
};

}  // namespace iotcpd::loadgen

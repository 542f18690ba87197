#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "common/os/unique_fd.h"
#include "redirector/edge/poller.h"

namespace iotcpd::redirector {

/// What other threads want done in the thread that drives the poller: in the order in which they
/// have asked, each as a part of a pass. For the rare: signals, settings, reports.
///
/// Has no limit of its own: no request and no connection posts. The main thread posts a few tasks
/// for each signal that it takes, and the kernel keeps one of a kind until then; the others answer
/// what they are asked, and tell of their first daemon, the end of their refresh and their own end.
/// It grows only while its thread makes no pass, and then by signals.
class Mailbox final : private Poller::Handler {
 public:
  /// Throws std::system_error when the kernel gives no descriptor.
  explicit Mailbox(Poller& poller);
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// From any thread, for as long as this object lives. Done when the poller is next driven; what
  /// is left when it no longer is, never.
  void post(std::function<void()> task);

 private:
  void onEvents(std::uint32_t events, TimePoint now) override;

  Poller& poller_;
  UniqueFd wakeUp_;  ///< an eventfd
  std::mutex mutex_;
  std::vector<std::function<void()>> tasks_;  ///< guarded by the mutex
};

}  // namespace iotcpd::redirector

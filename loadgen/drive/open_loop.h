#pragma once

#include "loadgen/drive/connection_pool.h"
#include "loadgen/drive/pacer.h"
#include "loadgen/plan/planned_request.h"

namespace iotcpd::loadgen {

/// Sends each request when its plan says, whatever has become of those before it. When no
/// connection has room the request waits, and its waiting counts as latency; the plan itself is the
/// queue, so that waiting takes no memory.
class OpenLoop final : public Pacer {
 public:
  /// `plan`, and `pool` with the connections in it, outlive it.
  OpenLoop(Wire& wire, Plan& plan, ConnectionPool& pool);

  void begin(TimePoint start) override;
  void pump(TimePoint now) override;
  [[nodiscard]] TimePoint nextDue() const override;
  [[nodiscard]] bool hasEnded(TimePoint now) const override;
  void endAt(TimePoint end) override;
  void censorBacklog(TimePoint now) override;
  [[nodiscard]] TimePoint lastDue() const override { return lastDue_; }
  void onRoom(Connection& connection, TimePoint now) override;

 private:
  void fetch();
  void send(Connection& connection);

  Wire& wire_;
  Plan& plan_;
  ConnectionPool& pool_;
  TimePoint start_{};
  TimePoint end_ = TimePoint::max();
  PlannedRequest request_;
  TimePoint due_{};
  bool isThereMore_ = true;
  TimePoint lastDue_{};
  /// When some connection last had room again after none had: nothing could go out before.
  TimePoint freeSince_{};
};

}  // namespace iotcpd::loadgen

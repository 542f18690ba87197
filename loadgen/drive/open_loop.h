#pragma once

#include <memory>

#include "loadgen/drive/connection_pool.h"
#include "loadgen/drive/pacer.h"
#include "loadgen/plan/planned_request.h"

namespace iotcpd::loadgen {

/// Sends each request when its plan says, whatever has become of those before it. When no
/// connection has room the request waits, and its waiting counts as latency; the plan itself is the
/// queue, so that waiting takes no memory.
class OpenLoop final : public Pacer {
 public:
  /// `scout` is a second plan with the same due times; nobody looks at its lines. `pool`, with the
  /// connections in it, outlives this.
  OpenLoop(Wire& wire, std::unique_ptr<Plan> plan, std::unique_ptr<Plan> scout,
           ConnectionPool& pool);

  void begin(TimePoint start) override;
  void pump(TimePoint now) override;
  [[nodiscard]] TimePoint nextDue() const override;
  [[nodiscard]] bool isScheduleOver(TimePoint now) override;
  [[nodiscard]] bool hasEnded(TimePoint now) const override;
  void endAt(TimePoint end) override;
  void censorBacklog(TimePoint now) override;
  [[nodiscard]] TimePoint lastDue() const override { return lastDue_; }
  void onRoom(Connection& connection, TimePoint now) override;

 private:
  /// A reader of the same plan that goes ahead of a backlog: what waits cannot tell whether it is
  /// the last. It sets off with the first backlog.
  struct Scout {
    std::unique_ptr<Plan> plan;
    PlannedRequest next;  ///< due at 0 before it sets off
    bool isThereMore = true;
    bool isUnderWay = false;  ///< has not come to what is due by now
  };

  void fetch();
  void goAhead(TimePoint now);
  void send(Connection& connection);

  Wire& wire_;
  std::unique_ptr<Plan> plan_;
  ConnectionPool& pool_;
  TimePoint start_{};
  TimePoint end_ = TimePoint::max();
  PlannedRequest request_;
  TimePoint due_{};
  bool isThereMore_ = true;
  TimePoint lastDue_{};
  /// When some connection last had room again after none had: nothing could go out before.
  TimePoint freeSince_{};
  Scout scout_;
};

}  // namespace iotcpd::loadgen

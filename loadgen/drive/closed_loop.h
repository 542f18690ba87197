#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "common/random/distribution.h"
#include "common/random/random_stream.h"
#include "loadgen/drive/connection.h"
#include "loadgen/drive/pacer.h"
#include "loadgen/plan/planned_request.h"

namespace iotcpd::loadgen {

/// A fixed number of clients, each of which sends its next request when it has the reply to the
/// last one and has thought about it. A client is a place in a connection's pipeline.
class ClosedLoop final : public Pacer {
 public:
  struct Settings {
    Distribution think;
    std::uint64_t seed = 0;
  };
  /// `connections` outlive it.
  ClosedLoop(Wire& wire, std::unique_ptr<Plan> plan, std::deque<Connection>& connections,
             const Settings& settings);

  void begin(TimePoint start) override;
  void pump(TimePoint now) override;
  [[nodiscard]] TimePoint nextDue() const override;
  [[nodiscard]] bool isScheduleOver(TimePoint now) override { return hasEnded(now); }
  [[nodiscard]] bool hasEnded(TimePoint now) const override { return !isThereMore_ || now >= end_; }
  void endAt(TimePoint end) override { end_ = end; }
  void censorBacklog(TimePoint /*now*/) override {}
  [[nodiscard]] TimePoint lastDue() const override { return lastDue_; }
  void onRoom(Connection& connection, TimePoint now) override;

 private:
  /// A client that thinks, or has been turned away and does not come back at once.
  struct Thinker {
    TimePoint due;
    Connection* connection;
    /// For a heap with the earliest on top.
    friend bool operator<(const Thinker& one, const Thinker& other) { return one.due > other.due; }
  };

  void sendAll(Connection& connection, TimePoint now);
  void flush(Connection& connection, TimePoint now);
  /// Up to `most` of the next requests, 1 at least; false when there are no more, or the end has
  /// come. REQUIRES: most <= connection.room().
  [[nodiscard]] bool add(Connection& connection, std::size_t most, TimePoint due, TimePoint now);
  void letThink(Connection& connection, TimePoint now, Nanoseconds least);

  Wire& wire_;
  std::unique_ptr<Plan> plan_;
  std::deque<Connection>& connections_;
  Distribution think_;
  RandomStream stream_;
  TimePoint end_ = TimePoint::max();
  bool isThereMore_ = true;
  PlannedRequest request_;
  TimePoint lastDue_{};
  bool isSending_ = false;          ///< we are within a connection's flush()
  std::vector<Connection*> again_;  ///< had room again before their flush() was done
  std::vector<Connection*> round_;  ///< those whose turn it is; keeps its memory
  std::vector<Thinker> thinkers_;   ///< a heap
};

}  // namespace iotcpd::loadgen

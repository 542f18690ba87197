#pragma once

#include "common/time/clock.h"
#include "loadgen/drive/wire.h"

namespace iotcpd::loadgen {

/// Decides when the next request goes out, and on which connection. Driven by RunLoop.
class Pacer : public RoomListener {
 public:
  virtual ~Pacer() = default;

  /// The schedule starts.
  virtual void begin(TimePoint start) = 0;
  /// Sends what is due; called in every pass.
  virtual void pump(TimePoint now) = 0;
  /// When pump() has something to do next, TimePoint::max() when only replies can change that.
  [[nodiscard]] virtual TimePoint nextDue() const = 0;
  /// Nothing will be due after `now`; what was due may still wait for a connection.
  [[nodiscard]] virtual bool isScheduleOver(TimePoint now) = 0;
  /// Nothing will be due after `now`, and nothing waits for a connection.
  [[nodiscard]] virtual bool hasEnded(TimePoint now) const = 0;
  /// No request is due at or after `end` any more.
  virtual void endAt(TimePoint end) = 0;
  /// The run is over: counts what was due and has not been sent as censored.
  virtual void censorBacklog(TimePoint now) = 0;
  /// When the last request that has been sent or censored was due.
  [[nodiscard]] virtual TimePoint lastDue() const = 0;
};

}  // namespace iotcpd::loadgen

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/random/distribution.h"
#include "common/time/clock.h"
#include "loadgen/plan/misbehaviour.h"
#include "loadgen/plan/rate_schedule.h"
#include "loadgen/plan/request_template.h"
#include "loadgen/result/assertion.h"
#include "loadgen/result/until.h"

namespace iotcpd::loadgen {

/// Where requests come from, what they say and when: everything that makes a plan.
struct PlanSettings {
  std::optional<RateSchedule> rate;  ///< nothing: closed loop
  Arrivals arrivals = Arrivals::kConstant;
  std::vector<WeightedTemplate> requests;  ///< "{token}" alone when nothing else is given
  std::string requestsFile;                ///< a request a line; empty: none
  bool shuffle =
      false;  ///< take its lines in an order drawn from the seed, another each time round
  std::string replayFile;  ///< a Squid access.log with its own timing
  double speed = 1;        ///< of the replay
  std::string planFile;    ///< what `plan` has written
  Misbehaviour misbehave;
  std::uint64_t seed = 0;
  std::optional<Nanoseconds> duration;  ///< no request is due at or after it
  std::optional<std::uint64_t> most;    ///< --requests

  /// Requests have due times; else each is sent when a client of a closed loop is ready for it.
  [[nodiscard]] bool isOpenLoop() const {
    return rate.has_value() || !replayFile.empty() || !planFile.empty();
  }
};

/// One run.
struct RunSettings {
  PlanSettings plan;
  std::string target;              ///< "HOST:PORT", "unix:PATH", "exec:CMD"; empty with --serve
  std::vector<std::string> exec;   ///< words of CMD; empty: another target
  std::vector<std::string> serve;  ///< words of the service's command; empty: it runs already
  std::string serveReady;          ///< regular expression; group 1 is the address
  Nanoseconds serveTimeout = std::chrono::seconds(30);  ///< for the service to be ready
  std::uint64_t connections = 0;  ///< open at once at the most; exec: its daemons
  bool keepAlive = false;
  std::uint64_t pipeline = 1;        ///< requests outstanding on one connection
  Distribution think;                ///< closed loop: from a reply to the next request
  std::vector<std::string> sources;  ///< addresses to connect from; empty: chosen by preflight
  Nanoseconds timeout = std::chrono::seconds(10);
  Nanoseconds drain = std::chrono::seconds(10);  ///< for what is unsent or open at the plan's end
  Nanoseconds warmup{};
  Nanoseconds spin = std::chrono::microseconds(100);
  std::vector<std::string> errorReplies{"ERR", "BH"};
  std::string expect;  ///< regular expression that an ok reply has; empty: none
  std::optional<Until> until;
  std::vector<Assertion> assertions;
  std::string jsonFile, csvFile, hgrmFile, hlogFile, htmlFile, junitFile;  ///< empty: not written
  bool quiet = false;
};

}  // namespace iotcpd::loadgen

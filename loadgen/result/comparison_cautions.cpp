#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "common/text/quantity.h"
#include "loadgen/result/comparison.h"

namespace iotcpd::loadgen {
namespace {

/// Collects in what two runs differ.
class Differences {
 public:
  void look(std::string_view what, const std::string& base, const std::string& other) {
    if (base == other) return;
    const auto shown = [](const std::string& value) {
      return value.empty() ? std::string("none") : value;
    };
    cautions_.push_back(fmt::format("{} differs: {} and {}", what, shown(base), shown(other)));
  }
  void look(std::string_view what, std::uint64_t base, std::uint64_t other) {
    look(what, std::to_string(base), std::to_string(other));
  }
  void look(std::string_view what, bool base, bool other) {
    look(what, std::string(base ? "yes" : "no"), std::string(other ? "yes" : "no"));
  }
  void look(std::string_view what, Nanoseconds base, Nanoseconds other) {
    look(what, formatDuration(base), formatDuration(other));
  }
  void lookAtValidity(std::string_view which, const SelfCheck& self) {
    if (self.isValid()) return;
    cautions_.push_back(fmt::format("the {} run is INVALID: {}", which, self.problems.front()));
  }
  [[nodiscard]] std::vector<std::string> take() { return std::move(cautions_); }

 private:
  std::vector<std::string> cautions_;
};

}  // namespace

std::vector<std::string> comparisonCautions(const Result& base, const Result& other) {
  Differences differences;
  differences.lookAtValidity("base", base.self);
  differences.lookAtValidity("other", other.self);
  const RunDescription& a = base.run;
  const RunDescription& b = other.run;
  const auto loop = [](const RunDescription& run) {
    return std::string(run.isOpenLoop ? "open" : "closed");
  };
  differences.look("the loop", loop(a), loop(b));
  differences.look("the rate asked for", a.rate, b.rate);
  differences.look("the arrival process", a.arrivals, b.arrivals);
  differences.look("the number of connections", a.connections, b.connections);
  differences.look("keep-alive", a.keepAlive, b.keepAlive);
  differences.look("the depth of the pipeline", a.pipeline, b.pipeline);
  differences.look("the think time", a.think, b.think);
  differences.look("what is requested", fmt::format("{}", fmt::join(a.requests, " | ")),
                   fmt::format("{}", fmt::join(b.requests, " | ")));
  differences.look("the misbehaviour", a.misbehave, b.misbehave);
  differences.look("the timeout", a.timeout, b.timeout);
  differences.look("the warm-up", a.warmup, b.warmup);
  differences.look("the machine", a.machine, b.machine);
  differences.look("the version", a.version, b.version);
  return differences.take();
}

}  // namespace iotcpd::loadgen

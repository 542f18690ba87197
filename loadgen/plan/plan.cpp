#include "loadgen/plan/plan.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "loadgen/plan/plan_file_reader.h"
#include "loadgen/plan/replay.h"
#include "loadgen/plan/requests_file.h"
#include "loadgen/plan/template_mix.h"
#include "loadgen/settings.h"

namespace iotcpd::loadgen {
namespace {

/// Lines of a source at the times of a clock; without a clock, whenever somebody asks.
class GeneratedPlan final : public Plan {
 public:
  GeneratedPlan(std::unique_ptr<LineSource> lines, std::optional<ArrivalClock> arrivals)
      : lines_(std::move(lines)),
        arrivals_(std::move(arrivals)),
        areAlike_(!arrivals_ && lines_->isAlwaysTheSame()) {}

  bool next(PlannedRequest& request) override {
    request.due = Nanoseconds::zero();
    if (arrivals_) {
      const std::optional<Nanoseconds> due = arrivals_->next();
      if (!due) return false;
      request.due = *due;
    }
    const RequestLine& line = lines_->next();
    request.line = line.bytes;
    request.token = line.token;
    request.hasToken = line.hasToken;
    request.behaviour = Behaviour::kOrdinary;
    return true;
  }
  std::size_t nextAlike(PlannedRequest& request, std::size_t most) override {
    if (!next(request)) return 0;
    return areAlike_ ? most : 1;
  }

 private:
  std::unique_ptr<LineSource> lines_;
  std::optional<ArrivalClock> arrivals_;
  bool areAlike_;
};

/// Lets a share of another plan's requests misbehave.
class MisbehavingPlan final : public Plan {
 public:
  MisbehavingPlan(std::unique_ptr<Plan> inner, const PlanSettings& settings)
      : inner_(std::move(inner)), mix_(settings.misbehave), stream_(settings.seed, "misbehave") {}

  bool next(PlannedRequest& request) override {
    if (!inner_->next(request)) return false;
    request.behaviour = mix_.draw(stream_);
    return true;
  }
  bool mayMisbehave() const override { return true; }

 private:
  std::unique_ptr<Plan> inner_;
  Misbehaviour mix_;
  RandomStream stream_;
};

/// Ends another plan by time and by number.
class LimitedPlan final : public Plan {
 public:
  LimitedPlan(std::unique_ptr<Plan> inner, const PlanSettings& settings)
      : inner_(std::move(inner)),
        duration_(settings.duration.value_or(Nanoseconds::max())),
        left_(settings.most.value_or(std::numeric_limits<std::uint64_t>::max())) {}

  bool next(PlannedRequest& request) override { return nextAlike(request, 1) > 0; }
  std::size_t nextAlike(PlannedRequest& request, std::size_t most) override {
    if (left_ == 0) return 0;
    const auto allowed = static_cast<std::size_t>(std::min<std::uint64_t>(most, left_));
    const std::size_t count = inner_->nextAlike(request, allowed);
    if (count > 0 && request.due < duration_) {
      left_ -= count;
      return count;
    }
    left_ = 0;
    return 0;
  }
  bool mayMisbehave() const override { return inner_->mayMisbehave(); }

 private:
  std::unique_ptr<Plan> inner_;
  Nanoseconds duration_;
  std::uint64_t left_;
};

std::unique_ptr<LineSource> makeSource(const PlanSettings& settings) {
  if (!settings.requestsFile.empty()) {
    const auto order =
        settings.shuffle ? RequestsFile::Order::kShuffled : RequestsFile::Order::kAsWritten;
    return std::make_unique<RequestsFile>(settings.requestsFile, order,
                                          RandomStream(settings.seed, "shuffle"));
  }
  std::vector<WeightedTemplate> templates = settings.requests;
  if (templates.empty()) templates.push_back({1, "{token}"});
  return std::make_unique<TemplateMix>(templates, settings.seed);
}

std::unique_ptr<Plan> makeGenerated(const PlanSettings& settings) {
  std::optional<ArrivalClock> arrivals;
  if (settings.rate) {
    arrivals.emplace(*settings.rate, settings.arrivals, RandomStream(settings.seed, "arrivals"));
  }
  return std::make_unique<GeneratedPlan>(makeSource(settings), std::move(arrivals));
}

std::unique_ptr<Plan> makeUnlimited(const PlanSettings& settings) {
  if (!settings.planFile.empty()) return std::make_unique<PlanFileReader>(settings.planFile);
  std::unique_ptr<Plan> plan;
  if (settings.replayFile.empty()) {
    plan = makeGenerated(settings);
  } else {
    plan = std::make_unique<Replay>(settings.replayFile, settings.speed);
  }
  if (settings.misbehave.isEmpty()) return plan;
  return std::make_unique<MisbehavingPlan>(std::move(plan), settings);
}

}  // namespace

std::unique_ptr<Plan> makePlan(const PlanSettings& settings) {
  std::unique_ptr<Plan> plan = makeUnlimited(settings);
  if (!settings.duration && !settings.most) return plan;
  return std::make_unique<LimitedPlan>(std::move(plan), settings);
}

}  // namespace iotcpd::loadgen

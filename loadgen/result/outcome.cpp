#include "loadgen/result/outcome.h"

namespace iotcpd::loadgen {

std::string_view outcomeName(Outcome outcome) {
  constexpr std::array<std::string_view, kOutcomeCount> kNames{
      "ok",        "error-reply", "wrong-reply", "cross-talk", "empty",
      "truncated", "timeout",     "refused",     "reset",      "censored"};
  return kNames[static_cast<std::size_t>(outcome)];
}

std::string_view behaviourName(Behaviour behaviour) {
  constexpr std::array<std::string_view, kBehaviourCount> kNames{
      "ordinary", "slow-loris", "half-close", "abort-after-send", "oversize", "no-newline", "rst"};
  return kNames[static_cast<std::size_t>(behaviour)];
}

}  // namespace iotcpd::loadgen

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/random/distribution.h"
#include "fake-daemons/grammar/fault_spec.h"

namespace iotcpd::fake {

enum class PersonalityKind : std::uint8_t { kEcho, kFixed, kSquidGuard, kSquidChannel, kWrap };

/// All settings, validated.
struct Settings {
  PersonalityKind personality = PersonalityKind::kEcho;
  std::string replyTemplate = "OK";       ///< of kFixed, without a newline
  std::string patternsFile;               ///< of kSquidGuard; empty: nothing is redirected
  std::vector<std::string> wrappedWords;  ///< of kWrap; not empty then
  Distribution startup;
  Distribution latency;
  std::vector<FaultSpec> faults;
  bool obeyRequests = false;
  std::uint64_t seed = 0;
  Nanoseconds spin{};       ///< the last so much of each sleep is spent on the processor
  std::string journalFile;  ///< with {pid} {worker} {incarnation} in it
  std::string controlPath;  ///< likewise
};

/// Why a fault makes no sense with a personality; empty when it does.
[[nodiscard]] std::string conflictOf(const FaultSpec& fault, PersonalityKind personality);

/// SIGTERM does nothing but end the process: no fault, journal or wrapped program is to have it.
[[nodiscard]] bool onlyEndsUponTerm(const Settings& settings);

[[nodiscard]] std::string_view personalityName(PersonalityKind kind);

}  // namespace iotcpd::fake

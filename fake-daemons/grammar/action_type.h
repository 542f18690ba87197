#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "fake-daemons/grammar/fault_spec.h"

namespace iotcpd::fake {

class Effect;

enum class ParameterKind : std::uint8_t {
  kDistribution,     ///< Distribution
  kDuration,         ///< Nanoseconds above 0
  kSize,             ///< std::uint64_t, 1 to `most`, written with a unit
  kCount,            ///< std::uint64_t, 0 to `most`
  kText,             ///< std::string, quoted or bare
  kName,             ///< std::string of letters, digits, '-' and '_'
  kSignal,           ///< SignalNumber
  kCatchableSignal,  ///< SignalNumber, not of KILL or STOP
  kKeyword,          ///< std::string: the parameter's own name, given or not
};

/// Of a kName.
inline constexpr std::size_t kMostNameBytes = 64;

struct Parameter {
  std::string_view name;  ///< as the manual writes it: "BYTES"
  ParameterKind kind;
  std::uint64_t most = 0;  ///< of kSize and kCount
  bool optional = false;   ///< only parameters at the end
};

/// One action of the fault grammar: how it is written, where it makes sense, and what starts it.
struct ActionType {
  std::string_view name;
  std::span<const Parameter> parameters;
  PointSet points;        ///< where it is accepted
  std::string_view help;  ///< one sentence, for the manual
  /// Begins to carry it out; nullptr for what is nothing to do.
  /// REQUIRES: arguments that fit the parameters.
  std::unique_ptr<Effect> (*start)(const std::vector<Argument>& arguments);
};

/// All actions there are, in the manual's order.
using ActionTypes = std::span<const ActionType>;

}  // namespace iotcpd::fake

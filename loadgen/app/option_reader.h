#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "common/cli/option_table.h"
#include "common/time/clock.h"

namespace iotcpd::loadgen {

/// Puts the value of one option where it belongs. Returns false when it is not what the option
/// accepts; throws std::runtime_error that says more: SyntaxError for a text with a grammar.
template <typename Settings>
struct OptionSetter {
  std::string_view name;
  std::function<bool(Settings&, const std::string&)> set;
};

/// Throws UsageError: "--rate: 'x' is not accepted; accepted is …", or with the reason given.
[[noreturn]] void refuseValue(const GivenOption& given, std::string_view reason = {});

/// Puts every option that has a row in its place, in the order given. Options without one are
/// somebody else's. Throws UsageError for the first that is wrong.
template <typename Settings>
void readOptions(const CommandLine& commandLine, std::span<const OptionSetter<Settings>> rows,
                 Settings& settings) {
  for (const GivenOption& given : commandLine.options) {
    for (const OptionSetter<Settings>& row : rows) {
      if (row.name != given.spec->name) continue;
      bool isAccepted = false;
      try {
        isAccepted = row.set(settings, given.value);
      } catch (const std::runtime_error& e) {
        refuseValue(given, e.what());
      }
      if (!isAccepted) refuseValue(given);
    }
  }
}

/// Values within limits; false, and nothing put, for any other.
[[nodiscard]] bool putCount(std::uint64_t& field, const std::string& text, std::uint64_t least,
                            std::uint64_t most);
/// A bare number is in seconds.
[[nodiscard]] bool putTime(Nanoseconds& field, const std::string& text, Nanoseconds least,
                           Nanoseconds most);
/// Not empty.
[[nodiscard]] bool putPath(std::string& field, const std::string& text);
/// "5%" as 0.05; `most` likewise.
[[nodiscard]] bool putShare(double& field, const std::string& text, double least, double most);
/// "2x" or "2".
[[nodiscard]] bool putFactor(double& field, const std::string& text, double least, double most);
/// "500/s", "30/min", "1/h": in requests per second. Throws SyntaxError.
[[nodiscard]] bool putRate(double& field, const std::string& text, double least, double most);
/// A Perl-compatible regular expression. Throws std::runtime_error when it is none.
[[nodiscard]] bool putRegex(std::string& field, const std::string& text);

}  // namespace iotcpd::loadgen

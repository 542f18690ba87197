#include "loadgen/app/option_reader.h"

#include <Poco/Exception.h>
#include <Poco/RegularExpression.h>
#include <fmt/format.h>

#include "common/text/printable.h"
#include "common/text/quantity.h"
#include "common/text/scanner.h"
#include "loadgen/plan/rate.h"

namespace iotcpd::loadgen {
namespace {

/// A decimal number and then `unit`, which may have to be there.
bool putNumber(double& field, const std::string& text, std::string_view unit, bool needsUnit,
               double least, double most) {
  try {
    Scanner scanner(text);
    const double value = scanner.number(least, most);
    const bool hasUnit = scanner.skip(unit);
    if (!scanner.atEnd() || (needsUnit && !hasUnit)) return false;
    field = value;
    return true;
  } catch (const SyntaxError&) {
    return false;
  }
}

}  // namespace

void refuseValue(const GivenOption& given, std::string_view reason) {
  if (!reason.empty()) throw UsageError(fmt::format("--{}: {}", given.spec->name, reason));
  throw UsageError(fmt::format("--{}: '{}' is not accepted; accepted is {}", given.spec->name,
                               printable(given.value), given.spec->accepts));
}

bool putCount(std::uint64_t& field, const std::string& text, std::uint64_t least,
              std::uint64_t most) {
  const auto count = parseCount(text);
  if (!count || *count < least || *count > most) return false;
  field = *count;
  return true;
}

bool putTime(Nanoseconds& field, const std::string& text, Nanoseconds least, Nanoseconds most) {
  const auto time = parseDuration(text, std::chrono::seconds(1));
  if (!time || *time < least || *time > most) return false;
  field = *time;
  return true;
}

bool putPath(std::string& field, const std::string& text) {
  field = text;
  return !text.empty() && text.find('\0') == std::string::npos;
}

bool putShare(double& field, const std::string& text, double least, double most) {
  if (!putNumber(field, text, "%", true, least * 100, most * 100)) return false;
  field /= 100;
  return true;
}

bool putFactor(double& field, const std::string& text, double least, double most) {
  return putNumber(field, text, "x", false, least, most);
}

bool putRate(double& field, const std::string& text, double least, double most) {
  Scanner scanner(text);
  const auto value = static_cast<double>(parseRate(scanner).perHourMillionths()) / kOnePerSecond;
  scanner.expectEnd();
  if (value < least || value > most) return false;
  field = value;
  return true;
}

bool putRegex(std::string& field, const std::string& text) {
  try {
    const Poco::RegularExpression expression(text);
  } catch (const Poco::Exception& e) {
    throw std::runtime_error(
        fmt::format("'{}' is no regular expression: {}", printable(text), printable(e.message())));
  }
  field = text;
  return !text.empty();
}

}  // namespace iotcpd::loadgen

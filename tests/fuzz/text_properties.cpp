#include "tests/fuzz/text_properties.h"

#include <charconv>

#include "common/net/endpoint_name.h"
#include "common/text/scanner.h"
#include "common/text/words.h"
#include "tests/fuzz/refusal.h"

namespace iotcpd::fuzz {
namespace {

std::string unsplitTrouble(std::string_view text, const Words& split) {
  if (!split.words.empty()) return "has words and an error";
  constexpr std::string_view kPlace = " at column ";
  const std::size_t place = split.error.rfind(kPlace);
  if (place == std::string::npos) return "refused without a place: " + split.error;
  std::size_t column = 0;
  const std::string_view digits = std::string_view(split.error).substr(place + kPlace.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), column);
  const bool isWithin = column >= 1 && column <= text.size();
  return isWithin ? "" : "refused at a place beyond the text: " + split.error;
}

}  // namespace

std::string endpointNameTrouble(std::string_view text) {
  EndpointName name;
  try {
    name = EndpointName::parse(text);
  } catch (const SyntaxError& error) {
    return refusalTrouble(text, error);
  }
  if (name.isUnix() == name.path.empty()) return "neither an address nor a path";
  if (!name.isUnix() && name.port == 0) return "without a port";
  try {
    if (!(EndpointName::parse(name.text()) == name)) return "reads back as another: " + name.text();
  } catch (const SyntaxError& error) {
    return "does not read back: " + name.text() + ": " + error.what();
  }
  return {};
}

std::string wordsTrouble(std::string_view text) {
  const Words split = splitWords(text);
  if (!split.error.empty()) return unsplitTrouble(text, split);
  const std::string joined = joinWords(split.words);
  const Words again = splitWords(joined);
  if (!again.error.empty()) return "does not read back: " + joined + ": " + again.error;
  return again.words == split.words ? "" : "reads back as other words: " + joined;
}

}  // namespace iotcpd::fuzz

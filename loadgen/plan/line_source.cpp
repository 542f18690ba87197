#include "loadgen/plan/line_source.h"

#include "common/text/token.h"

namespace iotcpd::loadgen {

RequestLine withToken(std::string_view line) {
  const std::string_view token = findToken(line);
  if (token.empty()) return {line, 0, false};
  return {line, tokenNumber(token), true};
}

}  // namespace iotcpd::loadgen

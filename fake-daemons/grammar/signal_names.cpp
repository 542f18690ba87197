#include "fake-daemons/grammar/signal_names.h"

#include <csignal>
#include <cstring>

namespace iotcpd::fake {

std::optional<int> signalNumber(std::string_view name) {
  if (name.starts_with("SIG")) name.remove_prefix(3);
  for (int number = 1; number < SIGRTMIN; ++number) {
    const char* known = ::sigabbrev_np(number);
    if (known != nullptr && name == known) return number;
  }
  return std::nullopt;
}

std::string signalName(int number) {
  const char* name = ::sigabbrev_np(number);
  return name != nullptr ? name : std::to_string(number);
}

}  // namespace iotcpd::fake

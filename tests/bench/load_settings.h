/// What the bare clients are told alike: where to, on how many connections, what, and for how long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>

namespace yardstick {

struct LoadSettings {
  std::uint16_t port = 0;
  std::size_t connections = 0;
  std::uint64_t requests = std::numeric_limits<std::uint64_t>::max();
  double seconds = 3600;
  std::string line = "http://example.com/index.html 10.0.0.1/- - GET\n";
};

/// Takes an option that getopt(3) has found: of "p:c:r:s:l:". Any other ends the program with 64.
inline void takeOption(LoadSettings& settings, int name, const char* value) {
  switch (name) {
    case 'p':
      settings.port = static_cast<std::uint16_t>(std::atoi(value));
      break;
    case 'c':
      settings.connections = std::strtoul(value, nullptr, 10);
      break;
    case 'r':
      settings.requests = std::strtoull(value, nullptr, 10);
      break;
    case 's':
      settings.seconds = std::strtod(value, nullptr);
      break;
    case 'l':
      settings.line = std::string(value) + '\n';
      break;
    default:
      std::exit(64);
  }
}

}  // namespace yardstick

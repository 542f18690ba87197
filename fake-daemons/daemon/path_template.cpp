#include "fake-daemons/daemon/path_template.h"

#include <unistd.h>

#include <array>
#include <utility>

namespace iotcpd::fake {
namespace {

constexpr std::array<std::string_view, 3> kNames{"{pid}", "{worker}", "{incarnation}"};

std::string filled(std::string_view path, const std::array<std::string, 3>& values) {
  std::string text(path);
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    for (std::size_t at = text.find(kNames[i]); at != std::string::npos;
         at = text.find(kNames[i], at + values[i].size())) {
      text.replace(at, kNames[i].size(), values[i]);
    }
  }
  return text;
}

}  // namespace

std::string fillPath(std::string_view path, const Identity& identity) {
  return filled(path, {std::to_string(::getpid()), std::to_string(identity.worker),
                       std::to_string(identity.incarnation)});
}

std::string pathGlob(std::string_view path) {
  std::string literal;
  for (const char byte : path) {
    if (std::string_view("*?[\\").find(byte) != std::string_view::npos) literal += '\\';
    literal += byte;
  }
  return filled(literal, {"*", "*", "*"});
}

}  // namespace iotcpd::fake

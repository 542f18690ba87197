#include "loadgen/app/same_file.h"

#include <filesystem>
#include <system_error>

namespace iotcpd::loadgen {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStandardOutput = "-";

/// Links followed as far as there is something; empty when there is no telling.
fs::path resolved(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  if (error) return {};
  const fs::path canonical = fs::weakly_canonical(absolute, error);
  return error ? fs::path{} : canonical;
}

}  // namespace

bool isSameFile(const std::string& one, const std::string& other) {
  if (one == other) return true;
  if (one == kStandardOutput || other == kStandardOutput) return false;
  std::error_code error;
  if (fs::is_regular_file(one, error) && fs::is_regular_file(other, error)) {
    return fs::equivalent(one, other, error) && !error;
  }
  if (fs::exists(one, error) || fs::exists(other, error)) return false;
  const fs::path place = resolved(one);
  return !place.empty() && place == resolved(other);
}

}  // namespace iotcpd::loadgen

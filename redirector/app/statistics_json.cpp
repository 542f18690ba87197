#include "redirector/app/statistics_json.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>

#include <Poco/JSON/Object.h>

#include "common/os/unique_fd.h"

namespace iotcpd::redirector {
namespace {

using Poco::JSON::Object;

Object::Ptr makeObject() { return new Object(Poco::JSON_PRESERVE_KEY_ORDER); }

Object::Ptr timesObject(const TimeSummary& times) {
  Object::Ptr object = makeObject();
  object->set("p50", times.p50);
  object->set("p90", times.p90);
  object->set("p99", times.p99);
  object->set("p999", times.p999);
  object->set("max", times.max);
  return object;
}

Object::Ptr bucketsObject(const StatisticsSnapshot& snapshot) {
  constexpr std::array kNames{"0-100", "100-250", "250-500", "500-750", "750-1000", "1000-"};
  static_assert(kNames.size() == kBucketCount);
  Object::Ptr object = makeObject();
  for (std::size_t i = 0; i < kNames.size(); ++i) object->set(kNames[i], snapshot.buckets[i]);
  return object;
}

Object::Ptr queriesObject(const StatisticsSnapshot& snapshot) {
  Object::Ptr object = makeObject();
  object->set("total", snapshot.total);
  object->set("replied", snapshot.replied);
  object->set("delayed", snapshot.delayed);
  object->set("timeout", snapshot.timeout);
  object->set("failed", snapshot.failed);
  object->set("unknown", snapshot.unknown);
  object->set("in_flight", snapshot.inFlight);
  object->set("buckets_ms", bucketsObject(snapshot));
  Object::Ptr causes = makeObject();
  for (std::size_t i = 1; i < kCauseCount; ++i) {
    causes->set(std::string(causeName(static_cast<Cause>(i))), snapshot.causes[i]);
  }
  object->set("causes", causes);
  return object;
}

Object::Ptr daemonsObject(const StatisticsSnapshot& snapshot) {
  Object::Ptr object = makeObject();
  object->set("spawns", snapshot.spawns);
  object->set("deaths", snapshot.deaths);
  object->set("retired", snapshot.retired);
  for (std::size_t i = 0; i < kDaemonStateCount; ++i) {
    object->set(std::string(daemonStateName(static_cast<DaemonState>(i))), snapshot.daemons[i]);
  }
  Object::Ptr condemned = makeObject();
  for (std::size_t i = 0; i < kCondemnCauseCount; ++i) {
    condemned->set(std::string(condemnCauseName(static_cast<CondemnCause>(i))),
                   snapshot.condemned[i]);
  }
  object->set("condemned", condemned);
  return object;
}

Object::Ptr queueObject(const StatisticsSnapshot& snapshot) {
  Object::Ptr object = makeObject();
  object->set("depth", snapshot.queueDepth);
  object->set("peak", snapshot.queuePeak);
  object->set("oldest_ms", snapshot.queueOldestMs);
  return object;
}

Object::Ptr clientsObject(const StatisticsSnapshot& snapshot) {
  Object::Ptr object = makeObject();
  object->set("open", snapshot.clientsOpen);
  object->set("byteless", snapshot.byteless);
  object->set("refused_not_allowed", snapshot.refusedNotAllowed);
  object->set("refused_per_source", snapshot.refusedPerSource);
  return object;
}

bool writeAll(int fd, const std::string& content) {
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t written = ::write(fd, content.data() + done, content.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    done += static_cast<std::size_t>(written);
  }
  return true;
}

}  // namespace

mode_t fileModeMask() {
  static const mode_t kMask = [] {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return mask;
  }();
  return kMask;
}

std::string statisticsJson(const StatisticsSnapshot& snapshot) {
  Object root(Poco::JSON_PRESERVE_KEY_ORDER);
  root.set("version", std::string(snapshot.version));
  root.set("uptime_s", snapshot.uptimeSeconds);
  root.set("queries", queriesObject(snapshot));
  root.set("queue", queueObject(snapshot));
  root.set("queue_ms", timesObject(snapshot.queueMs));
  root.set("service_ms", timesObject(snapshot.serviceMs));
  root.set("daemons", daemonsObject(snapshot));
  root.set("clients", clientsObject(snapshot));
  root.set("dropped_log_lines", snapshot.droppedLogLines);
  root.set("bytes_in", snapshot.bytesIn);
  root.set("bytes_out", snapshot.bytesOut);
  std::ostringstream out;
  root.stringify(out, 2);
  return out.str() + "\n";
}

bool replaceFile(const std::string& path, const std::string& content) {
  std::error_code none;
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(path, none);
  const std::string target = none ? path : resolved.string();
  struct stat status {};
  const bool exists = ::stat(target.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) {
    errno = ENOTSUP;
    return false;
  }
  // A name that nobody can have put something in the place of, as in a folder that all may write.
  std::string fresh = target + ".XXXXXX";
  const UniqueFd fd(::mkostemp(fresh.data(), O_CLOEXEC));
  if (!fd) return false;
  const mode_t mode = exists ? status.st_mode & 07777 : 0644 & ~fileModeMask();
  if (::fchmod(fd.get(), mode) == 0 && writeAll(fd.get(), content) &&
      ::rename(fresh.c_str(), target.c_str()) == 0) {
    return true;
  }
  const int error = errno;
  ::unlink(fresh.c_str());
  errno = error;
  return false;
}

}  // namespace iotcpd::redirector

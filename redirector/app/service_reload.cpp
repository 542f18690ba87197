// Service: how it takes new settings. Its life is in service.cpp.
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <Poco/Exception.h>
#include <fmt/format.h>

#include "redirector/app/client_limit.h"
#include "redirector/app/service.h"

namespace iotcpd::redirector {
namespace {

/// Fewer clients than that are hardly what anybody has in mind.
constexpr std::size_t kFewClients = 100;

/// What does not go round between that many threads; empty when everything does.
std::string tooFewFor(std::size_t threads, const Settings& settings) {
  const auto complaint = [threads](std::string_view name, std::size_t number) {
    return number < threads ? fmt::format("{} {}: fewer than the {} threads", name, number, threads)
                            : std::string();
  };
  const std::string daemons = complaint("num-daemons", settings.pool.numDaemons);
  return daemons.empty() ? complaint("max-clients", settings.clients.maxClients) : daemons;
}

}  // namespace

void Service::logLimit() {
  const std::size_t wanted = settings_.clients.maxClients;
  const std::size_t possible = limited(settings_).clients.maxClients;
  if (possible == wanted) return;
  const std::string text = fmt::format("max-clients {} is cut to {} by the limit of {} descriptors",
                                       wanted, possible, descriptorLimit());
  if (possible < kFewClients) {
    log_.warning(text);
  } else {
    log_.notice(text);
  }
}

void Service::reload() {
  if (!ending_) adopt(reread());
}

/// Whatever keeps them from being read, the log is reopened and the daemons are replaced.
Settings Service::reread() {
  std::string why;
  try {
    Settings settings = reload_();
    why = tooFewFor(settings_.listen.threads, settings);
    if (why.empty()) return settings;
  } catch (const Poco::Exception& e) {
    why = e.displayText();
  } catch (const std::exception& e) {
    why = e.what();
  }
  log_.error(fmt::format("settings not reloaded, the old ones stay: {}", why));
  return settings_;
}

void Service::adopt(const Settings& settings) {
  try {
    logging_.reopen(settings.output);
  } catch (const std::system_error& e) {
    log_.error(fmt::format("log file not reopened: {}", e.what()));
  }
  if (!reopenTrace(settings.output.traceFile)) {
    log_.error(fmt::format("trace file '{}' cannot be opened: {}", settings.output.traceFile,
                           std::strerror(errno)));
  }
  const ListenSettings listen = settings_.listen;
  if (settings.listen != listen) log_.notice("listeners and threads stay until a restart");
  settings_ = settings;
  settings_.listen = listen;
  logLimit();
  tellEach([all = limited(settings_)](Shard& shard) { shard.adopt(sharesOf(all, shard.share())); });
  const bool begins = refreshes_.request();
  log_.notice(begins ? "refresh started" : "refresh to be followed by another");
  if (begins) refreshNext();
}

void Service::refreshNext() {
  tell(*refreshes_.current(), [](Shard& shard) { shard.refresh(); });
}

void Service::onRefreshEnded(RollingRefresh::Ending ending) {
  const bool aborted = ending == RollingRefresh::Ending::kAborted;
  const bool over = refreshes_.onEnded(aborted);
  if (over) tellEach([ending](Shard& shard) { shard.concludeRefresh(ending); });
  if (aborted) {
    log_.error(fmt::format("refresh aborted after {} failed successors, the old daemons stay",
                           RefreshPlan::kMaxFailures));
  } else if (over) {
    log_.notice("refresh done");
  }
  if (refreshes_.current()) refreshNext();
}

/// False, with errno set, when it cannot be opened; the shards then go on with what they have.
bool Service::reopenTrace(const std::string& path) {
  std::shared_ptr<TraceFile> file;
  if (!path.empty()) file = TraceFile::open(path);
  if (!path.empty() && file == nullptr) return false;
  tellEach([file](Shard& shard) { shard.trace(file); });
  return true;
}

}  // namespace iotcpd::redirector

#include "redirector/app/application.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <system_error>
#include <utility>

#include <Poco/AutoPtr.h>
#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>
#include <Poco/Util/Application.h>
#include <fmt/format.h>

#include "common/cli/console.h"
#include "common/os/unique_fd.h"
#include "common/version.h"
#include "redirector/app/options.h"
#include "redirector/app/service.h"
#include "redirector/app/settings_reader.h"

namespace iotcpd::redirector {
namespace {

constexpr std::string_view kProgram = "iotcpd";

int complain(std::string_view what, ExitCode code) {
  return iotcpd::complain(kProgram, what, code);
}

int printAndExit(std::string_view text) { return iotcpd::printAndExit(kProgram, text); }

/// Ends the program when a handler has let something escape, as when there is no memory; the
/// reactor would swallow it. What was half done then may be anything, the bytes of a request lost
/// among it: better no reply than a wrong one. The daemons die with us. (What a timer lets escape
/// ends it too, by std::terminate.)
class EndingErrorHandler final : public Poco::ErrorHandler {
 public:
  explicit EndingErrorHandler(Poco::Logger& log)
      : log_(log), before_(Poco::ErrorHandler::set(this)) {}
  ~EndingErrorHandler() override { Poco::ErrorHandler::set(before_); }
  EndingErrorHandler(const EndingErrorHandler&) = delete;
  EndingErrorHandler& operator=(const EndingErrorHandler&) = delete;

  void exception(const Poco::Exception& e) override { end(e.displayText()); }
  void exception(const std::exception& e) override { end(e.what()); }
  void exception() override { end("unknown exception"); }

 private:
  [[noreturn]] void end(const std::string& what) {
    log_.error("ended at once by an internal error: " + what);
    std::_Exit(kExitSoftware);
  }
  Poco::Logger& log_;
  Poco::ErrorHandler* before_;
};

/// Poco's application: its subsystems and life cycle; the command line is parsed by ours.
class Application final : public Poco::Util::Application {
 public:
  Application(SettingsSource source, const rlimit& childDescriptorLimit)
      : source_(std::move(source)), childDescriptorLimit_(childDescriptorLimit) {}

 protected:
  int main(const ArgVec& /*arguments*/) override {
    try {
      return serve();
    } catch (const SettingError& e) {
      return complain(e.what(), e.exitCode());
    } catch (const BindError& e) {
      return complain(e.what(), kExitUnavailable);
    } catch (const StartError& e) {
      return complain(e.what(), kExitUnavailable);
    } catch (const Poco::Exception& e) {
      return complain(e.displayText(), kExitSoftware);
    } catch (const std::exception& e) {
      return complain(e.what(), kExitSoftware);
    }
  }

 private:
  int serve() {
    const Settings settings = readSettings(source_);
    std::unique_ptr<Logging> logging;
    try {
      logging = std::make_unique<Logging>(settings.output, settings.listen.threads + 1);
    } catch (const std::system_error& e) {
      throw source_.complaint(*optionTable().find("log-file"), settings.output.logFile,
                              fmt::format("cannot be opened: {}", e.code().message()));
    }
    const EndingErrorHandler errorHandler(logging->logger(settings.listen.threads));
    const auto reload = [this] {
      SettingsSource fresh = source_;
      fresh.load(SettingsSource::Reading::kAgain);
      Settings reread = readSettings(fresh);
      source_ = fresh;
      return reread;
    };
    return runService(settings, reload, *logging);
  }

  int runService(const Settings& settings, const std::function<Settings()>& reload,
                 Logging& logging) {
    try {
      return Service(settings, reload, logging, childDescriptorLimit_).run();
    } catch (const FileError& e) {
      const OptionSpec& option = *optionTable().find(e.option());
      throw source_.complaint(option, source_.text(option), e.what());
    }
  }

  SettingsSource source_;
  rlimit childDescriptorLimit_;
};

/// In the root folder for a while when the working directory has been deleted, and then back:
/// daemons inherit it.
class ExistingDirectory {
 public:
  ExistingDirectory() {
    std::error_code deleted;
    if (!std::filesystem::current_path(deleted).empty()) return;
    before_.reset(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (before_ && ::chdir("/") != 0) before_.reset();
  }
  ~ExistingDirectory() {
    if (before_) [[maybe_unused]]
      const int result = ::fchdir(before_.get());
  }
  ExistingDirectory(const ExistingDirectory&) = delete;
  ExistingDirectory& operator=(const ExistingDirectory&) = delete;

 private:
  UniqueFd before_;
};

/// Poco wants to know where we are and where the program is, and fails when there is no such folder
/// or no PATH to search; nobody asks it for either.
Poco::AutoPtr<Application> makeApplication(SettingsSource source,
                                           const rlimit& childDescriptorLimit) {
  const ExistingDirectory directory;
  Poco::AutoPtr<Application> application(new Application(std::move(source), childDescriptorLimit));
  application->init(Poco::Util::Application::ArgVec{"/proc/self/exe"});
  return application;
}

int runParsed(const CommandLine& commandLine, const rlimit& childDescriptorLimit) {
  if (commandLine.has("help")) return printAndExit(helpText(optionTable()));
  if (commandLine.has("version")) return printAndExit(fmt::format("iotcpd {}\n", kVersion));
  if (!commandLine.operands.empty()) {
    throw UsageError(
        fmt::format("'{}': only options are accepted, see --help", commandLine.operands.front()));
  }
  SettingsSource source(commandLine);
  source.load();
  if (commandLine.has("check-config")) return printAndExit(printSettings(source));
  return makeApplication(std::move(source), childDescriptorLimit)->run();
}

}  // namespace

int runApplication(int argc, char* const* argv, const rlimit& childDescriptorLimit) {
  if (argc < 2) return printAndExit(helpText(optionTable()));
  try {
    return runParsed(parseCommandLine(optionTable(), argc, argv), childDescriptorLimit);
  } catch (const UsageError& e) {
    return complain(e.what(), kExitUsage);
  } catch (const SettingError& e) {
    return complain(e.what(), e.exitCode());
  } catch (const Poco::Exception& e) {
    return complain(e.displayText(), kExitSoftware);
  }
}

}  // namespace iotcpd::redirector

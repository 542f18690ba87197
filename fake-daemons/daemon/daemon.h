#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "fake-daemons/control/control_server.h"
#include "fake-daemons/daemon/intake.h"
#include "fake-daemons/daemon/process_host.h"
#include "fake-daemons/daemon/wrapped_program.h"
#include "fake-daemons/personalities/personality.h"
#include "fake-daemons/settings.h"

namespace iotcpd::fake {

/// A whole fake daemon: its parts and how they are joined. One a process: it ends the process
/// itself, by whatever way it has been told to.
class Daemon final : ControlTarget {
 public:
  /// `personality` as made from the settings, which outlive the daemon.
  Daemon(const Settings& settings, const Identity& identity,
         std::unique_ptr<Personality> personality);

  /// Opens the journal and the control socket and starts the program to wrap. Returns what is in
  /// the way, one line, or nothing.
  [[nodiscard]] std::string open();
  /// Serves until the process ends. REQUIRES: open() found nothing in the way, and
  /// SignalFlags::install() was called before it.
  [[noreturn]] void run();

 private:
  // ControlTarget
  std::string addFault(std::string_view text) override;
  std::string listFaults() const override;
  std::string listCounters() const override;
  Gates& gates() override { return gates_; }
  void reset(TimePoint now) override;

  ExchangeRules makeRules();
  std::optional<std::string> respond(Exchange& exchange);
  std::string startWrapped();
  /// Its stdout ends when that of the program has, and it itself with the program.
  void followWrapped();
  void onStarted(TimePoint now);
  void onEnd();
  void onChild(TimePoint now);
  void onTerm(TimePoint now);
  void afterTerm(TimePoint now);
  void passOnLines(TimePoint now);
  std::string takeWrappedLines();
  /// Asks once to be called when there is some again.
  bool outputHasRoom();
  [[noreturn]] void endWith(std::string_view reason, Ending ending);

  const Settings& settings_;
  Identity identity_;
  std::unique_ptr<Personality> personality_;
  Counters counters_;
  Loop loop_;
  Gates gates_;
  Journal journal_;
  FaultEngine faults_;
  ReplyOutput output_;
  ProcessHost host_;
  Facilities facilities_;
  ExchangeRules rules_;
  Intake intake_;
  FaultRun startup_;
  Timer startupTimer_;
  TimePoint startupSince_{};
  FaultRun term_;
  bool termIgnored_ = false;      ///< for good
  bool thisTermIgnored_ = false;  ///< by an action at on-term
  std::unique_ptr<WrappedProgram> wrapped_;
  std::deque<std::string> wrappedLines_;  ///< not yet passed on
  std::size_t wrappedBytes_ = 0;          ///< of them
  bool passingOn_ = false;
  bool waitsForOutput_ = false;
  bool replyUnderWay_ = false;  ///< of a wrapped program's line
  std::optional<Ending> ending_;
  ControlServer control_;
};

}  // namespace iotcpd::fake

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/random/random_stream.h"
#include "common/time/clock.h"

namespace iotcpd::fake {

/// A reply on its way out; actions at before-reply change it.
struct Reply {
  std::string text;                ///< with its newline, unless an action took it
  std::string extra;               ///< lines that follow it in the same write
  bool isReady = false;            ///< at before-reply; until then there is no text
  bool dropped = false;            ///< never written; what is extra is
  std::uint64_t dribbleBytes = 0;  ///< in pieces of so many bytes; 0: whole
  Nanoseconds dribbleInterval{};   ///< between two pieces
};

/// How a process ends.
struct Ending {
  enum class Kind : std::uint8_t { kExit, kSignal };
  Kind kind = Kind::kExit;
  int number = 0;  ///< exit code, or signal
};

/// What actions can do to the process they run in. The daemon carries it out; tests record it.
class Host {
 public:
  virtual ~Host() = default;

  /// Adds bytes to stdout that are nobody's reply.
  virtual void writeStray(std::string_view bytes) = 0;
  /// The same after `delay`, unless the process has ended by then.
  virtual void writeStrayLater(std::string bytes, Nanoseconds delay) = 0;
  /// From now on a stray line after each `interval`; begun at idle, until it is idle no more.
  virtual void chatter(Nanoseconds interval) = 0;
  /// How many of the bytes stderr takes now, without waiting.
  [[nodiscard]] virtual std::size_t writeStderr(std::string_view bytes) = 0;

  /// Says on stderr, in one line, what is wrong with what was asked for.
  virtual void complain(std::string_view what) = 0;

  virtual void closeStdin() = 0;
  virtual void closeStdout() = 0;
  virtual void stopReading() = 0;
  /// The signal does nothing from now on.
  virtual void ignoreSignal(int number) = 0;
  /// A child that holds stdin, stdout and stderr for so long; in a session of its own, no group
  /// kill finds it.
  enum class Session : std::uint8_t { kShared, kOwn };
  virtual void lingerChild(Nanoseconds time, Session session) = 0;

  /// Ends the process; comes back only in tests, and from a signal that does not end it.
  virtual void end(Ending ending) = 0;
};

/// What an action sees and may touch while it is carried out.
struct Scene {
  TimePoint now;
  RandomStream& random;       ///< of the fault
  std::uint64_t outstanding;  ///< requests read and not yet answered
  Host& host;
  Reply* reply;  ///< nullptr but at after-read and before-reply
};

/// What has to come before an effect goes on.
struct Wait {
  enum class For : std::uint8_t {
    kNothing,      ///< it is done
    kTime,         ///< `until`, asleep
    kBusyTime,     ///< `until`, using the processor
    kGate,         ///< somebody lets `gate` through
    kStderr,       ///< stderr takes bytes again
    kNothingEver,  ///< it never goes on
  };
  For what = For::kNothing;
  TimePoint until{};
  std::string gate;

  static Wait done() { return {}; }
  static Wait time(TimePoint until) { return {For::kTime, until, {}}; }
  static Wait busyTime(TimePoint until) { return {For::kBusyTime, until, {}}; }
  static Wait forGate(std::string name) { return {For::kGate, {}, std::move(name)}; }
  static Wait forStderr() { return {For::kStderr, {}, {}}; }
  static Wait forever() { return {For::kNothingEver, {}, {}}; }
};

/// An action being carried out, once.
class Effect {
 public:
  virtual ~Effect() = default;
  /// Called when the action fires, and again whenever what it waits for has come. Must not throw.
  virtual Wait advance(const Scene& scene) = 0;
};

/// An effect that is done at once.
class InstantEffect final : public Effect {
 public:
  explicit InstantEffect(std::function<void(const Scene&)> act) : act_(std::move(act)) {}
  Wait advance(const Scene& scene) override {
    act_(scene);
    return Wait::done();
  }

 private:
  std::function<void(const Scene&)> act_;
};

[[nodiscard]] inline std::unique_ptr<Effect> instantly(std::function<void(const Scene&)> act) {
  return std::make_unique<InstantEffect>(std::move(act));
}

}  // namespace iotcpd::fake

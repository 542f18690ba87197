#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/text/quantity.h"
#include "fake-daemons/actions/effect.h"
#include "tests/unit/fake-daemons/support/faults.h"

namespace iotcpd::fake {

/// Writes down what it is asked for, a line each, and does nothing.
class RecordingHost final : public Host {
 public:
  std::vector<std::string> calls;
  std::string written;                 ///< to stderr
  std::size_t stderrTakes = 1U << 30;  ///< from now on

  void writeStray(std::string_view bytes) override { note("stray {}", quoteText(bytes)); }
  void writeStrayLater(std::string bytes, Nanoseconds delay) override {
    note("stray {} after {}", quoteText(bytes), formatDuration(delay));
  }
  void chatter(Nanoseconds interval) override { note("chatter {}", formatDuration(interval)); }
  std::size_t writeStderr(std::string_view bytes) override {
    const std::size_t taken = std::min(stderrTakes, bytes.size());
    stderrTakes -= taken;
    written += bytes.substr(0, taken);
    return taken;
  }
  void complain(std::string_view what) override { note("complain {}", what); }
  void closeStdin() override { calls.emplace_back("close stdin"); }
  void closeStdout() override { calls.emplace_back("close stdout"); }
  void stopReading() override { calls.emplace_back("stop reading"); }
  void ignoreSignal(int number) override { note("ignore {}", number); }
  void lingerChild(Nanoseconds time, Session session) override {
    note("child {} {}", formatDuration(time), session == Session::kOwn ? "own" : "shared");
  }
  void end(Ending ending) override {
    note("{} {}", ending.kind == Ending::Kind::kExit ? "exit" : "signal", ending.number);
  }

 private:
  template <typename... Values>
  void note(fmt::format_string<Values...> format, Values&&... values) {
    calls.push_back(fmt::format(format, std::forward<Values>(values)...));
  }
};

/// One action at work, with everything it can touch.
class ActionUnderTest {
 public:
  /// `text` as in a fault; `point` is one at which it is accepted.
  explicit ActionUnderTest(std::string_view text, std::string_view point = "before-reply")
      : fault_(faultOf(fmt::format("{} = {}", point, text))) {
    const ActionCall& call = fault_.terms.front().action;
    if (call.type->start != nullptr) effect_ = call.type->start(call.arguments);
  }

  /// Begins, or goes on after what it has waited for.
  Wait advance() {
    return effect_->advance({now, random, outstanding, host, hasReply ? &reply : nullptr});
  }

  /// The reply after the action, which is to be done at once.
  std::string appliedTo(std::string_view text) {
    reply.text = text;
    reply.isReady = !text.empty();
    done_ = advance().what == Wait::For::kNothing;
    return done_ ? reply.text + reply.extra : "not done";
  }

  TimePoint now{std::chrono::hours(1)};
  RandomStream random{1, "action"};
  std::uint64_t outstanding = 1;
  RecordingHost host;
  Reply reply;
  bool hasReply = true;

 private:
  FaultSpec fault_;
  std::unique_ptr<Effect> effect_;
  bool done_ = false;
};

/// What an action that is done at once asks of the host: the reply stays as it is.
inline std::vector<std::string> requestsOf(std::string_view text, std::string_view point = "idle") {
  ActionUnderTest action(text, point);
  action.hasReply = point == "before-reply";
  EXPECT_EQ(action.appliedTo("reply\n"), "reply\n") << text;
  EXPECT_FALSE(action.reply.dropped) << text;
  return action.host.calls;
}

}  // namespace iotcpd::fake

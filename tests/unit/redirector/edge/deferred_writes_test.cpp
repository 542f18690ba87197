#include "redirector/edge/deferred_writes.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

/// Notes its name in `log` when it writes, then does `then`.
class NotingWriter final : public DeferredWrites::Writer {
 public:
  NotingWriter(
      std::string& log, char name, std::function<void()> then = [] {})
      : log_(log), name_(name), then_(std::move(then)) {}

  void writeGathered() override {
    log_ += name_;
    then_();
  }

 private:
  std::string& log_;
  char name_;
  std::function<void()> then_;
};

TEST(DeferredWrites, EachWritesOnceInTheOrderOfTheirFirstDeferral) {
  std::string log;
  NotingWriter a(log, 'a');
  NotingWriter b(log, 'b');
  DeferredWrites writes;
  writes.defer(a);
  writes.defer(b);
  writes.defer(a);
  writes.run();
  EXPECT_EQ(log, "ab");
  writes.run();
  EXPECT_EQ(log, "ab") << "once per deferral";
}

TEST(DeferredWrites, WhoeverIsDeferredMeanwhileWritesInTheSamePass) {
  std::string log;
  DeferredWrites writes;
  NotingWriter b(log, 'b');
  int left = 2;
  NotingWriter* self = nullptr;
  NotingWriter a(log, 'a', [&] {
    writes.defer(b);
    if (--left > 0) writes.defer(*self);
  });
  self = &a;
  writes.defer(a);
  writes.run();
  EXPECT_EQ(log, "abab");
}

TEST(DeferredWrites, WhoeverIsWithdrawnOrDestroyedDoesNotWrite) {
  std::string log;
  DeferredWrites writes;
  NotingWriter withdrawn(log, 'w');
  auto destroyed = std::make_unique<NotingWriter>(log, 'd');
  auto destroyedMeanwhile = std::make_unique<NotingWriter>(log, 'm');
  NotingWriter last(log, 'l', [&] { destroyedMeanwhile.reset(); });
  writes.defer(withdrawn);
  writes.defer(*destroyed);
  writes.defer(last);
  writes.defer(*destroyedMeanwhile);
  writes.withdraw(withdrawn);
  destroyed.reset();
  writes.run();
  EXPECT_EQ(log, "l");
}

TEST(DeferredWrites, WhoeverWasWithdrawnCanBeDeferredAgain) {
  std::string log;
  DeferredWrites writes;
  NotingWriter a(log, 'a');
  writes.defer(a);
  writes.withdraw(a);
  writes.withdraw(a);
  writes.defer(a);
  writes.run();
  EXPECT_EQ(log, "a");
}

}  // namespace
}  // namespace iotcpd::redirector

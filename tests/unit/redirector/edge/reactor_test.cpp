#include "redirector/edge/reactor.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <Poco/ErrorHandler.h>
#include <gtest/gtest.h>

#include "redirector/edge/watch.h"

namespace iotcpd::redirector {
namespace {

class RecordingErrorHandler final : public Poco::ErrorHandler {
 public:
  RecordingErrorHandler() : before_(Poco::ErrorHandler::set(this)) {}
  ~RecordingErrorHandler() override { Poco::ErrorHandler::set(before_); }
  RecordingErrorHandler(const RecordingErrorHandler&) = delete;
  RecordingErrorHandler& operator=(const RecordingErrorHandler&) = delete;

  void exception(const std::exception& e) override { what.emplace_back(e.what()); }

  std::vector<std::string> what;

 private:
  Poco::ErrorHandler* before_;
};

class ReactorTest : public testing::Test {
 protected:
  /// Something that is readable all the time.
  UniqueFd readable_{::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC)};
  SteadyClock clock_;
  Poller poller_;
  std::string log_;
  Reactor reactor_{poller_, clock_, [this] { log_ += '<'; }, [this] { log_ += '>'; }};
};

TEST_F(ReactorTest, EachPassIsFramed) {
  int calls = 0;
  Watch watch(poller_, readable_.get(), [this, &calls] {
    log_ += 'h';
    if (++calls == 2) reactor_.stop();
  });
  watch.want(Watch::Interest::kReadable);
  reactor_.run();
  EXPECT_EQ(log_, "<h><h>");
}

TEST_F(ReactorTest, GoesOnAfterManyPasses) {
  int passes = 0;
  Watch watch(poller_, readable_.get(), [this, &passes] {
    if (++passes == 1000) reactor_.stop();
  });
  watch.want(Watch::Interest::kReadable);
  reactor_.run();
  EXPECT_EQ(passes, 1000);
}

TEST_F(ReactorTest, NothingIsHeardThatIsNotWanted) {
  Watch unwanted(poller_, readable_.get(), [this] { log_ += 'u'; });
  unwanted.want(Watch::Interest::kReadable);
  unwanted.want(Watch::Interest::kNothing);
  const UniqueFd other(::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC));
  Watch watch(poller_, other.get(), [this] { reactor_.stop(); });
  watch.want(Watch::Interest::kReadable);
  reactor_.run();
  EXPECT_EQ(log_, "<>");
}

TEST_F(ReactorTest, AnEscapedExceptionIsReportedAndTheLoopGoesOn) {
  const RecordingErrorHandler errors;
  bool thrown = false;
  Watch watch(poller_, readable_.get(), [this, &thrown] {
    if (!std::exchange(thrown, true)) throw std::runtime_error("escaped");
    reactor_.stop();
  });
  watch.want(Watch::Interest::kReadable);
  reactor_.run();
  EXPECT_EQ(errors.what, std::vector<std::string>{"escaped"});
}

TEST_F(ReactorTest, ADescriptorThatCannotBeWatchedIsToldAtOnce) {
  Watch watch(poller_, -1, [] {});
  EXPECT_THROW(watch.want(Watch::Interest::kReadable), std::system_error);
}

}  // namespace
}  // namespace iotcpd::redirector

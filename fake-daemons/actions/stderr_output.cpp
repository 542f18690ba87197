#include <algorithm>
#include <array>
#include <optional>

#include "fake-daemons/actions/families.h"

namespace iotcpd::fake {
namespace {

constexpr std::size_t kLine = 100;
constexpr std::size_t kBlock = 4096;
constexpr std::size_t kTurn = 64UL * 1024;

/// Blocks of lines until all is taken, like a program that blocks on its stderr: the request waits
/// meanwhile.
class StderrOutput final : public Effect {
 public:
  /// `bytesPerSecond` 0: as fast as it is taken.
  StderrOutput(std::uint64_t bytes, std::uint64_t bytesPerSecond)
      : bytes_(bytes), bytesPerSecond_(bytesPerSecond) {}

  Wait advance(const Scene& scene) override {
    if (!begunAt_) begunAt_ = scene.now;
    const std::uint64_t turnEnds = written_ + kTurn;
    while (written_ < bytes_) {
      // Others have their turn, also when everything is taken at once.
      if (written_ >= turnEnds) return Wait::forStderr();
      const std::uint64_t due = dueBy(scene.now);
      if (written_ >= due) return Wait::time(timeOf(std::min(written_ + kLine, bytes_)));
      const std::size_t taken = scene.host.writeStderr(block(due - written_));
      if (taken == 0) return Wait::forStderr();
      written_ += taken;
    }
    return Wait::done();
  }

 private:
  std::uint64_t dueBy(TimePoint now) const {
    if (bytesPerSecond_ == 0) return bytes_;
    const double elapsed = std::chrono::duration<double>(now - *begunAt_).count();
    const double due = elapsed * static_cast<double>(bytesPerSecond_);
    return due >= static_cast<double>(bytes_) ? bytes_ : static_cast<std::uint64_t>(due);
  }

  TimePoint timeOf(std::uint64_t bytes) const {
    const double wait = static_cast<double>(bytes) / static_cast<double>(bytesPerSecond_);
    // A nanosecond more: rounded down, it would not be due yet.
    return *begunAt_ +
           std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>(wait)) +
           Nanoseconds(1);
  }

  std::string_view block(std::uint64_t most) {
    for (std::size_t i = 0; i < block_.size(); ++i) {
      const std::uint64_t at = written_ + i + 1;
      block_[i] = at % kLine == 0 || at == bytes_ ? '\n' : 'e';
    }
    return {block_.data(), static_cast<std::size_t>(std::min<std::uint64_t>(most, kBlock))};
  }

  std::uint64_t bytes_;
  std::uint64_t bytesPerSecond_;
  std::uint64_t written_ = 0;
  std::optional<TimePoint> begunAt_;
  std::array<char, kBlock> block_{};
};

}  // namespace

EffectPtr startStderr(const Arguments& arguments) {
  const std::uint64_t rate = arguments.size() > 1 ? std::get<std::uint64_t>(arguments[1]) : 0;
  return std::make_unique<StderrOutput>(std::get<std::uint64_t>(arguments[0]), rate);
}

}  // namespace iotcpd::fake

#include "fake-daemons/daemon/reply_output.h"

#include <unistd.h>

#include <utility>

#include "common/os/nonblocking.h"

namespace iotcpd::fake {

ReplyOutput::ReplyOutput(Loop& loop, std::function<void(int error)> onBroken)
    : loop_(loop),
      next_([this](TimePoint now) { passTurn(now); }),
      sink_(loop, openNonBlocking(STDOUT_FILENO),
            {[this](TimePoint now) { onEmpty(now); }, std::move(onBroken)}) {}

bool ReplyOutput::takeTurn(Resume resume) {
  if (!taken_) {
    taken_ = true;
    return true;
  }
  waitingForTurn_.push_back(std::move(resume));
  return false;
}

void ReplyOutput::endTurn(TimePoint now) {
  if (!strayMeanwhile_.empty()) {
    sink_.append(strayMeanwhile_);
    strayMeanwhile_.clear();
    sink_.flush();
  }
  taken_ = !waitingForTurn_.empty();
  // Not from within the one before, which is not done with yet.
  if (taken_) loop_.timers().schedule(next_, now);
}

void ReplyOutput::passTurn(TimePoint now) {
  const Resume next = std::move(waitingForTurn_.front());
  waitingForTurn_.pop_front();
  next(now);
}

void ReplyOutput::writeStray(std::string_view bytes) {
  if (taken_) {
    strayMeanwhile_ += bytes;
    return;
  }
  sink_.append(bytes);
  sink_.flush();
}

bool ReplyOutput::flush(Resume resume) {
  if (sink_.flush()) return true;
  if (resume) waitingForFlush_.push_back(std::move(resume));
  return false;
}

void ReplyOutput::onEmpty(TimePoint now) {
  for (const Resume& resume : std::exchange(waitingForFlush_, {})) resume(now);
}

}  // namespace iotcpd::fake

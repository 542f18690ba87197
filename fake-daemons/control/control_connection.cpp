#include "fake-daemons/control/control_connection.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "common/text/quantity.h"

namespace iotcpd::fake {
namespace {

constexpr std::size_t kMaxCommand = 64UL * 1024;
constexpr std::size_t kPiece = 4096;

}  // namespace

ControlConnection::ControlConnection(Loop& loop, Gates& gates, UniqueFd fd, Callbacks callbacks)
    : loop_(loop),
      gates_(gates),
      fd_(std::move(fd)),
      callbacks_(std::move(callbacks)),
      watch_(loop, [this](TimePoint now) { read(now); }),
      next_([this](TimePoint now) { proceed(now); }),
      answers_(loop, UniqueFd(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 3)),
               {[this](TimePoint now) { proceed(now); },
                [this](int /*error*/) {
                  broken_ = true;
                  endSoon();
                }}) {
  watch_.wait(fd_.get(), POLLIN);
}

ControlConnection::~ControlConnection() {
  if (ticket_ != 0) gates_.leave(ticket_);
}

void ControlConnection::read(TimePoint now) {
  std::array<char, kPiece> piece{};
  const ssize_t count = ::recv(fd_.get(), piece.data(), piece.size(), MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  watch_.pause();
  if (count < 0) broken_ = true;
  if (count == 0) inputEnded_ = true;
  if (count > 0) {
    input_.erase(0, std::exchange(done_, 0));
    input_.append(piece.data(), static_cast<std::size_t>(count));
  }
  proceed(now);
}

void ControlConnection::proceed(TimePoint now) {
  while (!broken_ && ticket_ == 0 && answers_.empty() && proceedOnce(now)) {
  }
}

bool ControlConnection::proceedOnce(TimePoint now) {
  const std::size_t end = input_.find('\n', done_);
  if (end == std::string::npos) {
    const bool tooLong = input_.size() - done_ >= kMaxCommand;
    if (tooLong) answer(fmt::format("error a command is longer than {}", formatSize(kMaxCommand)));
    if (tooLong || inputEnded_) {
      endSoon();
    } else {
      watch_.wait(fd_.get(), POLLIN);
    }
    return false;
  }
  const std::string command = input_.substr(done_, end - done_);
  done_ = end + 1;
  const Outcome outcome = callbacks_.execute(command);
  if (!outcome.awaited.empty()) {
    awaitGate(outcome.awaited);
    return true;
  }
  answer(outcome.answer);
  if (outcome.then) outcome.then(now);
  return true;
}

void ControlConnection::awaitGate(const std::string& gate) {
  ticket_ = gates_.await(gate, [this] {
    ticket_ = 0;
    answer("ok");
    // Not from within whoever has just arrived.
    loop_.timers().schedule(next_, steadyNow());
  });
}

void ControlConnection::answer(const std::string& text) {
  answers_.append(text + '\n');
  answers_.flush();
}

void ControlConnection::endSoon() {
  if (ended_ || (!broken_ && !answers_.empty())) return;
  broken_ = true;
  ended_ = true;
  watch_.pause();
  callbacks_.onEnd();
}

}  // namespace iotcpd::fake

#pragma once

#include <cstddef>
#include <string_view>

#include "common/framing/line_framer.h"
#include "common/os/unique_fd.h"
#include "redirector/edge/pipe_backlog.h"
#include "redirector/edge/poller.h"

namespace iotcpd::redirector {

/// What one daemon's pipes have to say.
enum class ChannelEvent {
  kReply,         ///< one line, and nothing after it
  kReplyAndMore,  ///< one line, and bytes after it; unless many are awaited, nobody asked for them
  kLineBegun,     ///< many are awaited, and the last of what was read is not a whole line
  kStray,         ///< bytes while no reply was awaited
  kOversize,      ///< no newline within the limit; with many awaited, the line's beginning is told
  kClosed,        ///< end of file on its stdout; what came of an unfinished line is dropped
  kBrokenStdin,   ///< it closed its stdin before it had read the whole request
};

/// The conversation with one daemon over its stdin and stdout: one request out, one line back; or,
/// where many are awaited, any lines in both directions. Knows what is awaited, not what to do
/// about a breach; tells its listener. A request that does not fit into the pipe at once is kept
/// here and written as the daemon reads. A daemon that has read its request may close its stdin and
/// reply.
class DaemonChannel final : private Poller::Handler {
 public:
  class Listener {
   public:
    /// `line` is the reply with its newline, or what the event says; valid during the call. May
    /// close the channel; the channel must outlive the call.
    virtual void onChannelEvent(ChannelEvent event, std::string_view line, TimePoint now) = 0;

   protected:
    ~Listener() = default;
  };

  enum class Awaits {
    kOneReply,
    kManyReplies,  ///< the listener knows which; each line is told
  };

  DaemonChannel(Poller& poller, UniqueFd stdinWriter, UniqueFd stdoutReader, Awaits awaits,
                std::size_t maxReplyBytes, Listener& listener);
  ~DaemonChannel();
  DaemonChannel(const DaemonChannel&) = delete;
  DaemonChannel& operator=(const DaemonChannel&) = delete;

  /// False, with errno set, when the poller could not take the descriptors.
  [[nodiscard]] bool open();

  enum class Silence { kSilent, kSpoke, kClosed };
  /// Whether anything is readable right now, to be asked immediately before a request is sent.
  /// REQUIRES: no reply is awaited, nor are many.
  [[nodiscard]] Silence checkSilence();

  enum class SendResult {
    kTaken,    ///< written, or partly written with the rest kept here
    kRefused,  ///< not a byte was taken: its stdin is closed
  };
  /// Sends one request; its reply is awaited from here on. REQUIRES: no reply is awaited.
  /// Where many are awaited: any number of whole requests, at any time.
  [[nodiscard]] SendResult send(std::string_view request);

  /// Whether the daemon has not read a byte of the request it was sent last, so that another may
  /// have it. Meaningful once the daemon has ended or closed its stdin; else it may read at any
  /// moment.
  [[nodiscard]] bool requestUnread() const;
  /// What its stdin has not taken yet.
  [[nodiscard]] std::size_t pendingBytes() const { return pending_.rest().size(); }

  /// Reads once what its stdout holds, for a deadline that may have come up in the same pass as
  /// what it waits for.
  void listen(TimePoint now);
  /// Reads all that its stdout holds; events are told as ever. After its exit kClosed comes last
  /// unless somebody else still holds the pipe.
  void drain(TimePoint now);

  void closeStdin();
  /// Stops listening: no event comes any more. The pipes stay open until the channel is destroyed.
  void mute();

 private:
  void onEvents(std::uint32_t events, TimePoint now) override;
  /// False when there was nothing more to read.
  bool readOnce(TimePoint now);
  void takeReply(std::string_view bytes, TimePoint now);
  void takeReplies(std::string_view bytes, TimePoint now);
  [[nodiscard]] std::size_t unreadBytes() const;
  void onStdinReady(std::uint32_t events, TimePoint now);
  void onStdinBroken(TimePoint now);
  void writePending(TimePoint now);
  void forgetStdin();

  /// Told apart from stdout by its own handler, since one descriptor's events carry one pointer.
  class StdinHandler final : public Poller::Handler {
   public:
    explicit StdinHandler(DaemonChannel& channel) : channel_(channel) {}
    void onEvents(std::uint32_t events, TimePoint now) override;

   private:
    DaemonChannel& channel_;
  };

  Poller& poller_;
  UniqueFd stdin_;
  UniqueFd stdout_;
  Listener& listener_;
  StdinHandler stdinHandler_;
  LineFramer framer_;
  PipeBacklog pending_;           ///< the end of the request, if the pipe did not take all at once
  std::size_t writtenBytes_ = 0;  ///< of the request whose reply is awaited
  const Awaits awaits_;
  bool awaiting_ = false;  ///< with kOneReply: that one
  bool listening_ = false;
  bool stdinWatched_ = false;  ///< for its breaking, and for room while there is `pending_`
};

}  // namespace iotcpd::redirector

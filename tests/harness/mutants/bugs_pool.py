"""Bugs in how daemons are lent, stopped and replaced."""

import collections
import threading

from redirector import Redirector


class StalePid(Redirector):
    """The trace names the first process of a slot for ever."""

    def hand_out(self, daemon, session):
        super().hand_out(daemon, session)
        if not hasattr(daemon.slot, "first_pid"):
            daemon.slot.first_pid = daemon.process.pid
        session.daemon_name = (*daemon.name[:2], daemon.slot.first_pid)


class TimedOutServesOn(Redirector):
    """A daemon that exceeded the busy timeout is lent again once it has answered after all."""

    def on_busy_timeout(self, daemon):
        self.on_request_lost(daemon, "busy-timeout")


class BabblerServesOn(Redirector):
    """What a daemon says too much is dropped, and the daemon is kept."""

    def on_reply(self, daemon):
        daemon.buffer = daemon.buffer[:daemon.buffer.index(b"\n") + 1]
        super().on_reply(daemon)


class OversizeServesOn(Redirector):
    """Too long a reply is cut off and skipped, and the daemon is kept."""

    def on_output(self, daemon):
        if daemon.busy and (output := daemon.read()):
            daemon.buffer += output
            if len(daemon.buffer) > self.settings.max_reply:
                self.on_request_lost(daemon, "oversize-reply")
            if daemon.buffer.endswith(b"\n"):
                self.on_reply(daemon)
        else:
            super().on_output(daemon)


class OverlappingDispatch(Redirector):
    """When no daemon is free, requests are written to busy ones in advance."""

    def borrow(self):
        busy = [daemon for daemon in self.daemons if daemon.busy and daemon.in_pool]
        return super().borrow() or (busy[0] if busy else None)

    def hand_out(self, daemon, session):
        earlier, timer = (daemon.session, daemon.timer) if daemon.busy else (None, None)
        super().hand_out(daemon, session)
        if earlier:
            daemon.timer.cancel()
            daemon.waiting.append(session)
            daemon.session, daemon.timer = earlier, timer
        else:
            daemon.waiting = collections.deque()

    def on_request_lost(self, daemon, cause):
        super().on_request_lost(daemon, cause)
        while getattr(daemon, "waiting", None):
            self.fail(daemon.waiting.popleft(), cause)

    def on_line(self, daemon, line):
        super().on_line(daemon, line)
        daemon.session = daemon.waiting.popleft() if daemon.waiting else None

    def give_back(self, daemon):
        if daemon.session:
            daemon.buffer = b""
            self.start_busy_timer(daemon)
        else:
            super().give_back(daemon)


class SlotLost(Redirector):
    """A slot whose daemon ended before it had served stays empty."""

    def respawn(self, slot, served):
        if served:
            super().respawn(slot, served)
        else:
            slot.daemon = None


class GivesUp(Redirector):
    """The third death in a row is the last: the slot stays empty, whatever has been mended."""

    def respawn(self, slot, served):
        if slot.unserved_deaths < 2:
            super().respawn(slot, served)
        else:
            slot.daemon = None


class UncountedSpawn(Redirector):
    """Successors are started, and not counted."""

    def respawn(self, slot, served):
        super().respawn(slot, served)
        if slot.daemon:
            self.counters["daemon spawns"] -= 1


class NoBackOff(Redirector):
    """Whoever dies is respawned at once, for ever."""

    def delay_s(self, unserved_deaths):
        return 0


class ShortBackOff(Redirector):
    """The delay does not double."""

    def delay_s(self, unserved_deaths):
        return super().delay_s(min(unserved_deaths, 2))


class TimeoutIgnored(Redirector):
    """No daemon is ever too slow."""

    def start_busy_timer(self, daemon):
        super().start_busy_timer(daemon)
        daemon.timer.cancel()


class TimeoutEarly(Redirector):
    """The busy timeout is over a tenth of it too early."""

    def start_busy_timer(self, daemon):
        daemon.timer = self.loop.call_later(self.settings.busy_timeout * 0.9, self.on_busy_timeout,
                                            daemon)


class TimeoutLate(Redirector):
    """The busy timeout is looked for from time to time."""

    def start_busy_timer(self, daemon):
        daemon.timer = self.loop.call_later(self.settings.busy_timeout + 0.8, self.on_busy_timeout,
                                            daemon)


class QueueTimeoutEarly(Redirector):
    """Requests leave the queue with the error reply before their time."""

    def on_request(self, session):
        super().on_request(session)
        if session.timer and session in self.queue:
            session.timer.cancel()
            session.timer = self.loop.call_later(self.settings.queue_timeout / 2,
                                                 self.on_queue_timeout, session)


class QueueTimeoutIgnored(Redirector):
    """Who waits for a daemon waits for ever, as in Squid when no helper is alive."""

    def on_queue_timeout(self, session):
        pass


class DescriptorLeak(Redirector):
    """The pipes of daemons that have ended stay open."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.ended = []

    def close_pipes(self, daemon):
        daemon.stop_listening()
        self.ended.append(daemon)


class ZombieLeak(Redirector):
    """Nobody waits for daemons that have ended."""

    def reap(self):
        pass

    def states(self):
        return {**super().states(), "daemon S_STOPPING": 0}


class ThreadLeak(Redirector):
    """Each connection leaves a thread behind."""

    def on_session_closed(self, session):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        super().on_session_closed(session)


class MemoryLeak(Redirector):
    """Each request leaves 256 KiB behind."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.kept = []

    def on_request(self, session):
        self.kept.append(b"x" * (256 << 10))
        super().on_request(session)

"""The pool: borrowed daemons come back, condemned and dead ones are replaced."""

import contextlib
import os
import signal

from counters import bucket_of
from daemons import Slot, SmallDaemon
from rolling_refresh import RollingRefresh

_LONGEST_DELAY_S = 60.0
_EXIT_FOLLOWS_S = 0.05  #: the exit of a daemon whose standard output has ended


class Pool(RollingRefresh):
    """Slots with a daemon each. A subclass says what becomes of requests: on_line(daemon, line),
    on_request_lost(daemon, cause), pump()."""

    daemon_class = SmallDaemon

    def __init__(self, settings, loop):
        super().__init__()
        self.settings, self.loop = settings, loop
        self.slots = [Slot(number) for number in range(settings.num_daemons)]
        self.daemons = set()   #: all processes, those that are being stopped included
        self.idle = []         #: the last returned is the next borrowed

    # -- starting -----------------------------------------------------------------------------

    def fill(self):
        for slot in self.slots:
            self.spawn(slot)

    def spawn(self, slot):
        slot.daemon = self.daemon_class(slot, self.settings.daemon, self.loop, self.on_output)
        self.daemons.add(slot.daemon)
        self.idle.append(slot.daemon)
        self.counters["daemon spawns"] += 1
        self.pump()

    def respawn(self, slot, served):
        """A successor: at once, later for one that keeps dying without having served."""
        slot.unserved_deaths = 0 if served else slot.unserved_deaths + 1
        slot.daemon = None
        delay_s = self.delay_s(slot.unserved_deaths)
        if delay_s:
            self.loop.call_later(delay_s, self.spawn, slot)
        else:
            self.spawn(slot)

    def delay_s(self, unserved_deaths):
        if unserved_deaths < 2:
            return 0
        return min(self.settings.alarm_interval * 2 ** (unserved_deaths - 2), _LONGEST_DELAY_S)

    # -- lending ------------------------------------------------------------------------------

    def borrow(self):
        """An idle daemon that has written nothing since it came back, or None."""
        while self.idle:
            daemon = self.idle.pop()
            output = daemon.read()
            if output is None:
                return daemon
            if output:
                self.condemn(daemon, "stray-output")
            else:
                self.on_output_ended(daemon)
        return None

    def give_back(self, daemon):
        daemon.busy = False
        daemon.buffer = b""
        if daemon in self.retiring:
            self.retire(daemon)
            return
        self.idle.append(daemon)
        self.pump()

    def start_busy_timer(self, daemon):
        daemon.timer = self.loop.call_later(self.settings.busy_timeout, self.on_busy_timeout,
                                            daemon)

    def on_busy_timeout(self, daemon):
        self.on_request_lost(daemon, "busy-timeout")
        self.condemn(daemon, "timeout")

    # -- output -------------------------------------------------------------------------------

    def on_output(self, daemon):
        output = daemon.read()
        if output is None:
            return
        if not output:
            self.on_output_ended(daemon)
            return
        daemon.buffer += output
        if not daemon.busy:
            self.condemn(daemon, "stray-output")
        elif b"\n" in daemon.buffer[:self.settings.max_reply]:
            self.on_reply(daemon)
        elif len(daemon.buffer) >= self.settings.max_reply:
            self.on_request_lost(daemon, "oversize-reply")
            self.condemn(daemon, "oversize-reply")

    def on_reply(self, daemon):
        line, newline, rest = daemon.buffer.partition(b"\n")
        daemon.timer.cancel()
        self.on_line(daemon, line + newline)
        if rest:
            self.condemn(daemon, "stray-output")
        else:
            self.give_back(daemon)

    def on_output_ended(self, daemon):
        """It has died, or will live on with nothing to say."""
        self.remove(daemon)
        daemon.stop_listening()
        self.on_request_lost(daemon, "daemon-death")
        self.loop.call_later(_EXIT_FOLLOWS_S, self.condemn, daemon, "closed-stdout")

    # -- ending -------------------------------------------------------------------------------

    def remove(self, daemon):
        """Nobody gets it any more."""
        daemon.in_pool = False
        if daemon in self.idle:
            self.idle.remove(daemon)
        if daemon.timer:
            daemon.timer.cancel()

    def condemn(self, daemon, cause):
        """Stopped, while its successor starts beside it."""
        if daemon.over:
            return
        self.counters[f"condemned {cause}"] += 1
        self.remove(daemon)
        daemon.stop()
        self.succeed(daemon)

    def succeed(self, daemon):
        """It has ended, or will: who takes its place, unless somebody has?"""
        daemon.over = True
        self.forget_retiring(daemon)
        if daemon.slot.daemon is daemon:
            self.respawn(daemon.slot, daemon.served)

    def reap(self):
        """SIGCHLD."""
        for daemon in list(self.daemons):
            if daemon.process.poll() is not None:
                self.on_exit(daemon)

    def on_exit(self, daemon):
        if daemon.in_pool:
            self.on_last_output(daemon)
        self.daemons.discard(daemon)
        self.close_pipes(daemon)
        if not daemon.over:
            self.remove(daemon)
            self.counters["daemon deaths"] += 1
            self.succeed(daemon)

    def on_last_output(self, daemon):
        """A reply may have come just before the end."""
        while daemon.in_pool and (output := daemon.read()):
            daemon.buffer += output
        if daemon.busy and b"\n" in daemon.buffer:
            daemon.timer.cancel()
            self.on_line(daemon, daemon.buffer[:daemon.buffer.index(b"\n") + 1])
        self.on_request_lost(daemon, "daemon-death")

    def close_pipes(self, daemon):
        daemon.close_pipes()

    def end_pool(self):
        for daemon in self.daemons:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(daemon.process.pid, signal.SIGKILL)
            daemon.process.wait()

    # -- telling ------------------------------------------------------------------------------

    def states(self):
        present = [slot.daemon for slot in self.slots if slot.daemon]
        return {"daemon S_AVAILABLE": len(self.idle),
                "daemon S_BUSY": len(present) - len(self.idle),
                "daemon S_SPAWNING": len(self.slots) - len(present), "daemon S_STARTING": 0,
                "daemon S_STOPPING": len(self.daemons) - len(present)}

    def bucket(self, milliseconds):
        return bucket_of(milliseconds)

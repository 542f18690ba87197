"""The twin that gives a daemon several requests at a time, by Squid's channel IDs."""

import collections
import itertools
import time

from redirector import Redirector

_LONGEST_ID = 11  #: its blank included


class ConcurrentRedirector(Redirector):
    """Of the pool's `idle` daemons each can be given one more."""

    def __init__(self, settings, loop):
        self.outstanding = collections.defaultdict(dict)  #: of a daemon: ID -> session or None
        self.overdue = set()  #: daemons
        self.ids = itertools.count()
        super().__init__(settings, loop)

    def borrow(self):
        return min(self.idle, key=lambda daemon: len(self.outstanding[daemon]), default=None)

    def hand_out(self, daemon, session):
        number, now_ns = next(self.ids), time.monotonic_ns()
        try:
            daemon.write(b"%d %b" % (number, session.request))
        except OSError:
            self.queue.appendleft(session)
            self.condemn(daemon, "broken-stdin")
            return
        if session.timer:
            session.timer.cancel()
        session.handed_out_ns, session.daemon_name = now_ns, daemon.name
        session.timer = self.loop.call_later(self.settings.busy_timeout, self.on_overdue, daemon, session)
        self.outstanding[daemon][number] = session
        if len(self.outstanding[daemon]) == self.settings.concurrency:
            self.idle.remove(daemon)

    def on_overdue(self, daemon, session):
        """Its daemon gets nothing new, and goes when those that it has besides are done."""
        self.overdue.add(daemon)
        if daemon in self.idle:
            self.idle.remove(daemon)
        self.fail(session, "busy-timeout")
        self.end_overdue(daemon)

    def end_overdue(self, daemon):
        if daemon in self.overdue and not any(self.outstanding[daemon].values()):
            self.overdue.remove(daemon)
            self.condemn(daemon, "timeout")

    def forget(self, session):
        super().forget(session)
        for requests in self.outstanding.values():
            for number in [number for number, asked in requests.items() if asked is session]:
                requests[number] = None

    def on_output(self, daemon):
        output = daemon.read()
        if output is None:
            return
        if not output:
            self.on_output_ended(daemon)
            return
        daemon.buffer += output
        self.take_lines(daemon)
        if daemon.in_pool and len(daemon.buffer) >= self.settings.max_reply + _LONGEST_ID:
            self.on_request_lost(daemon, "oversize-reply")
            self.condemn(daemon, "oversize-reply")

    def take_lines(self, daemon):
        while daemon.in_pool and b"\n" in daemon.buffer:
            line, newline, daemon.buffer = daemon.buffer.partition(b"\n")
            number, _, reply = (line + newline).partition(b" ")
            self.on_channel_line(daemon, int(number) if number.isdigit() else None, reply)

    def on_channel_line(self, daemon, number, reply):
        if number in self.outstanding[daemon]:
            self.answer(daemon, number, reply)
        else:
            self.on_unknown_id(daemon)

    def on_unknown_id(self, daemon):
        self.condemn(daemon, "unknown-id" if self.outstanding[daemon] else "stray-output")
        self.on_request_lost(daemon, "daemon-death")

    def answer(self, daemon, number, reply):
        session = self.outstanding[daemon].pop(number)
        daemon.served = True
        if daemon not in self.idle and daemon not in self.overdue:
            self.idle.append(daemon)
        if session:
            session.deliver(reply, "replied", None)
            self.end_overdue(daemon)
        self.pump()

    def on_last_output(self, daemon):
        while daemon.in_pool and (output := daemon.read()):
            daemon.buffer += output
        self.take_lines(daemon)
        self.on_request_lost(daemon, "daemon-death")

    def on_request_lost(self, daemon, cause):
        for session in self.outstanding.pop(daemon, {}).values():
            if session:
                self.fail(session, cause)

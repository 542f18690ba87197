"""A small correct redirector: the twin of all mutants, which override one of its methods each."""

import collections
import os
import socket
import time

from counters import Counters
from kept_session import KeptSession
from pool import Pool
from session import Session
from trace_file import Trace

ERROR_REPLY = b"ERR\n"


class Redirector(Pool):
    """Clients in front of the pool: who is next, what each gets, what is counted."""

    session_class = Session
    kept_session_class = KeptSession

    def __init__(self, settings, loop):
        self.counters = Counters()
        self.queue = collections.deque()
        self.sessions = set()
        self.trace = Trace(settings.trace)
        self.draining = False
        self._pumping = False
        super().__init__(settings, loop)

    # -- clients ------------------------------------------------------------------------------

    def listen(self):
        self.listener = socket.create_server((self.settings.ipv4, self.settings.port), backlog=1024)
        self.listener.setblocking(False)
        self.loop.add_reader(self.listener, self.on_connection)
        return "%s:%d" % self.listener.getsockname()

    def on_connection(self):
        try:
            connection, _ = self.listener.accept()
        except BlockingIOError:
            return
        session = self.kept_session_class if self.settings.keep_alive else self.session_class
        self.sessions.add(session(self, connection))

    def on_session_closed(self, session):
        self.sessions.discard(session)
        self.end_if_drained()

    def on_query(self, session):
        """The first byte of a request has come."""
        self.counters["queries total"] += 1

    def on_request(self, session):
        """The request is complete."""
        self.queue.append(session)
        self.pump()
        if session in self.queue:
            self.counters["queries delayed"] += 1
            session.timer = self.loop.call_later(self.settings.queue_timeout,
                                                 self.on_queue_timeout, session)

    def on_queue_timeout(self, session):
        self.queue.remove(session)
        self.fail(session, "queue-timeout")

    def pump(self):
        """Requests to daemons, as long as there are both."""
        if self._pumping:
            return
        self._pumping = True
        while self.queue and (daemon := self.borrow()):
            self.hand_out(daemon, self.queue.popleft())
        self._pumping = False

    def hand_out(self, daemon, session):
        now_ns = time.monotonic_ns()
        try:
            daemon.write(session.request)
        except OSError:
            self.queue.appendleft(session)
            self.condemn(daemon, "broken-stdin")
            return
        if session.timer:
            session.timer.cancel()
        session.handed_out_ns, session.daemon_name = now_ns, daemon.name
        daemon.busy, daemon.session = True, session
        self.start_busy_timer(daemon)

    # -- outcomes -----------------------------------------------------------------------------

    def fail(self, session, cause):
        outcome = "timeout" if cause == "busy-timeout" else "failed"
        session.deliver(ERROR_REPLY, outcome, cause)

    def decide(self, session, outcome, cause):
        """The outcome of a query is known: counted and traced once."""
        session.decided = True
        if session.timer:
            session.timer.cancel()
        self.forget(session)
        decided_ns = time.monotonic_ns()
        self.count(session, outcome, cause, decided_ns)
        self.trace.write(session, outcome, cause, decided_ns)

    def forget(self, session):
        """Its place in the queue is free; the reply of its daemon, if any, is for nobody."""
        if session in self.queue:
            self.queue.remove(session)
        for daemon in self.daemons:
            if daemon.session is session:
                daemon.session = None

    def count(self, session, outcome, cause, decided_ns):
        self.counters[f"queries {outcome}"] += 1
        if outcome == "replied":
            self.counters[self.bucket((decided_ns - session.complete_ns) / 1e6)] += 1
        elif outcome != "timeout":
            self.counters[f"{outcome} {cause}"] += 1

    # -- what daemons do ----------------------------------------------------------------------

    def on_line(self, daemon, line):
        """The reply of a busy daemon."""
        daemon.served = True
        if session := daemon.session:
            daemon.session = None
            session.deliver(line, "replied", None)

    def on_request_lost(self, daemon, cause):
        if session := daemon.session:
            daemon.session = None
            self.fail(session, cause)

    # -- itself -------------------------------------------------------------------------------

    def block(self):
        counted = sum(self.counters[f"queries {name}"]
                      for name in ("replied", "timeout", "failed", "unknown"))
        return self.counters.block({
            **self.states(), "queries in-flight": self.counters["queries total"] - counted,
            "queue depth": len(self.queue), "clients open": len(self.sessions)})

    def drain(self):
        """No more clients; those that have sent something are answered."""
        if self.draining:
            os._exit(128 + 15)
        self.draining = True
        self.loop.remove_reader(self.listener)
        self.listener.close()
        for session in [session for session in self.sessions if not session.buffer]:
            session.close()
        self.loop.call_later(0.3, self.give_up_clients)
        self.end_if_drained()

    def give_up_clients(self):
        for session in list(self.sessions):
            self.fail(session, "drain-timeout")

    def end_if_drained(self):
        if self.draining and not self.sessions:
            self.end_pool()
            self.loop.stop()

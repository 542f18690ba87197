"""Bugs in what becomes of a request and its reply."""

import socket
import struct

from redirector import ERROR_REPLY, Redirector


class LateReplyLeak(Redirector):
    """After the busy timeout the daemon is lent again as it is: its late reply goes to the next
    client. The predecessor; gunicorn #3626, synckit #183."""

    def on_busy_timeout(self, daemon):
        self.on_request_lost(daemon, "busy-timeout")
        self.give_back(daemon)


class OffByOne(Redirector):
    """What follows a reply stays in the buffer: a stray line shifts all replies after it."""

    def on_reply(self, daemon):
        line, newline, rest = daemon.buffer.partition(b"\n")
        daemon.timer.cancel()
        self.on_line(daemon, line + newline)
        self.give_back(daemon)
        daemon.buffer = rest

    def hand_out(self, daemon, session):
        super().hand_out(daemon, session)
        if b"\n" in daemon.buffer:
            self.on_reply(daemon)


class SecondReply(Redirector):
    """A client whose daemon said too much gets the error reply on top of its own."""

    def on_reply(self, daemon):
        line, newline, rest = daemon.buffer.partition(b"\n")
        if rest and daemon.session:
            daemon.buffer = line + newline + rest
            session, daemon.session = daemon.session, None
            session.deliver(line + newline + ERROR_REPLY, "replied", None)
        super().on_reply(daemon)


class SilentClose(Redirector):
    """The client of a daemon that died gets the end of the stream, and no word."""

    def fail(self, session, cause):
        if cause == "daemon-death":
            self.decide(session, "failed", cause)
            session.close()
        else:
            super().fail(session, cause)


class ResetInsteadOfError(Redirector):
    """The client of a daemon that died gets a reset, as if something it had sent were unread."""

    def fail(self, session, cause):
        if cause == "daemon-death":
            self.decide(session, "failed", cause)
            session.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.loop.remove_reader(session.connection)
            session.connection.close()
            self.on_session_closed(session)
        else:
            super().fail(session, cause)


class LostRequest(Redirector):
    """A request is forgotten with the daemon that had it."""

    def on_request_lost(self, daemon, cause):
        daemon.session = None


class LostReply(Redirector):
    """Every third reply is read and goes nowhere."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.lines = 0

    def on_line(self, daemon, line):
        self.lines += 1
        if self.lines % 3 == 0:
            daemon.session = None
        super().on_line(daemon, line)


class DuplicatedRequest(Redirector):
    """A request whose daemon died is given to another one, as if it had not been read."""

    def on_request_lost(self, daemon, cause):
        session, daemon.session = daemon.session, None
        if session and cause == "daemon-death":
            self.queue.appendleft(session)
            self.pump()
        elif session:
            self.fail(session, cause)


class TruncatedReply(Redirector):
    """Half a reply of a daemon that died is passed on, and the end of the stream is clean."""

    def on_request_lost(self, daemon, cause):
        if daemon.session and daemon.buffer and cause == "daemon-death":
            self.on_line(daemon, daemon.buffer)
        else:
            super().on_request_lost(daemon, cause)


class AnswersItself(Redirector):
    """Requests come back without a daemon having seen them: everything seems well."""

    def on_request(self, session):
        session.deliver(session.request, "replied", None)

"""Bugs in what is a request, what is a reply, and how a connection ends."""

import socket
import struct

from redirector import Redirector
from session import Session


class SameReplyForAll(Redirector):
    """The first reply of all is remembered, and everybody gets it."""

    remembered = None

    def on_line(self, daemon, line):
        self.remembered = self.remembered or line
        super().on_line(daemon, self.remembered)


class ResetsAfterReply(Redirector):
    """The end of the connection after the reply is a reset."""

    class session_class(Session):
        def close(self):
            self.loop.remove_reader(self.connection)
            self.loop.remove_writer(self.connection)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.redirector.on_session_closed(self)


class DropsEmptyLines(Redirector):
    """A request of nothing but its newline is none."""

    def on_request(self, session):
        if session.request == b"\n":
            self.fail(session, "eof")
        else:
            super().on_request(session)


class ShortRequestsOnly(Redirector):
    """A request has 1024 bytes at the most."""

    def on_request(self, session):
        if len(session.request) > 1024:
            self.fail(session, "oversize")
        else:
            super().on_request(session)


class CutsLongReplies(Redirector):
    """Of a long reply the beginning is passed on as if it were all."""

    most = 32768

    def on_line(self, daemon, line):
        super().on_line(daemon, line if len(line) <= self.most else line[:self.most - 1] + b"\n")

    def on_request_lost(self, daemon, cause):
        if cause == "oversize-reply":
            self.on_line(daemon, daemon.buffer)
        super().on_request_lost(daemon, cause)


class StripsCarriageReturn(Redirector):
    """Lines that end in CR LF end in LF afterwards."""

    def on_request(self, session):
        session.request = session.request.replace(b"\r\n", b"\n")
        super().on_request(session)


class SevenBit(Redirector):
    """The highest bit of each byte is lost."""

    def on_request(self, session):
        session.request = bytes(byte & 127 for byte in session.request)
        super().on_request(session)


class NulEndsLine(Redirector):
    """A request is a C string."""

    def on_request(self, session):
        session.request = session.request.rstrip(b"\n").partition(b"\0")[0] + b"\n"
        super().on_request(session)


class PieceIsRequest(Redirector):
    """What one read brings is taken for a request."""

    class session_class(Session):
        def _look_for_request(self):
            if not self.buffer.endswith(b"\n"):
                self.buffer += b"\n"
            super()._look_for_request()


class PieceIsReply(Redirector):
    """What one read brings is taken for a reply."""

    def on_output(self, daemon):
        if daemon.busy and (output := daemon.read()):
            self.on_line(daemon, output)
            daemon.timer.cancel()
            self.condemn(daemon, "stray-output")
        else:
            super().on_output(daemon)


class HalfCloseIsDeparture(Redirector):
    """Who has closed its sending side is taken for gone."""

    class session_class(Session):
        def _on_end_of_stream(self):
            if self.request and not self.decided:
                self.on_reset()
            else:
                super()._on_end_of_stream()


class PassesTwoLines(Redirector):
    """All that a client has sent reaches the daemon, whatever follows its request."""

    def on_request(self, session):
        session.request = session.buffer
        super().on_request(session)


class ResetsOnSurplus(Redirector):
    """What follows a request is left unread, so that the end of the connection is a reset."""

    class session_class(Session):
        def _look_for_request(self):
            super()._look_for_request()
            if self.request:
                self.loop.remove_reader(self.connection)

        def close(self):
            if self.request:
                self.loop.remove_writer(self.connection)
                self.connection.close()
                self.redirector.on_session_closed(self)
            else:
                super().close()


class KeepsHalfARequest(Redirector):
    """What a client left unfinished stands in front of the next request."""

    half = b""

    def fail(self, session, cause):
        if cause == "eof":
            self.half = session.buffer
        super().fail(session, cause)

    def on_request(self, session):
        session.request, self.half = self.half + session.request, b""
        super().on_request(session)

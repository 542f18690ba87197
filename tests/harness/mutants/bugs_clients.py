"""Bugs that slow, silent, hostile or many clients bring to light."""

import dataclasses
import os
import socket

from redirector import ERROR_REPLY, Redirector
from session import Session


class HastyWithClients(Redirector):
    """A client has a tenth of a second for its whole line."""

    def on_query(self, session):
        super().on_query(session)
        self.loop.call_later(0.1, self._give_up, session)

    def _give_up(self, session):
        if session.request is None and not session.decided:
            self.fail(session, "eof")


class BorrowsAtFirstByte(Redirector):
    """A client that has begun to send has a daemon to itself."""

    def on_query(self, session):
        super().on_query(session)
        session.reserved = self.borrow()

    def on_request(self, session):
        if session.reserved:
            self.idle.append(session.reserved)
        super().on_request(session)


class FewClients(Redirector):
    """There is room for a hundred connections, busy or not."""

    def on_connection(self):
        if len(self.sessions) < 100:
            super().on_connection()
        else:
            self.listener.accept()[0].close()


class DiesOfReset(Redirector):
    """A connection that is reset ends it."""

    class session_class(Session):
        def on_reset(self):
            os._exit(1)


class BoundlessLine(Redirector):
    """A line has no limit."""

    def __init__(self, settings, loop):
        super().__init__(dataclasses.replace(settings, max_request=1 << 40), loop)


class WaitsForReaders(Redirector):
    """Whoever takes a reply slowly holds up everybody."""

    class session_class(Session):
        def deliver(self, data, outcome, cause):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            self.connection.setblocking(True)
            super().deliver(data, outcome, cause)

        def close(self):
            if self.connection.fileno() >= 0:
                self.connection.setblocking(False)
            super().close()


class StopsAccepting(Redirector):
    """Once there have been too many connections nobody listens any more."""

    def on_connection(self):
        super().on_connection()
        if len(self.sessions) > 20:
            self.loop.remove_reader(self.listener)


class AnswersSilence(Redirector):
    """Who says nothing for half a second gets the error reply to it."""

    class session_class(Session):
        def __init__(self, redirector, connection):
            super().__init__(redirector, connection)
            self.loop.call_later(0.5, self._answer)

        def _answer(self):
            if not self.buffer and self.connection.fileno() >= 0:
                self.connection.send(ERROR_REPLY)
                self.close()


class CompletesLines(Redirector):
    """A line that is not finished in half a second is passed on as it is."""

    class session_class(Session):
        def _look_for_request(self):
            super()._look_for_request()
            if self.request is None:
                self.loop.call_later(0.5, self._complete)

        def _complete(self):
            if self.request is None and not self.decided:
                self.buffer += b"\n"
                super()._look_for_request()

"""Class LongWaits: what takes as long as a redirector's timeouts, begun early and looked at late."""

import contextlib
import os
import typing

from .. import proc
from ..deadline import Stopwatch, eventually, scaled
from ..gate import Gate
from ..line_client import LineClient
from ..traffic import unique_request
from .answer import Answer, receive
from .any_redirector import AnyRedirector
from .observing import wait_served
from .offered import not_offered


class LongWaits:
    """A daemon that hangs with a request, one that writes half a reply, and two clients: one sends
    nothing, one half a line.

    Each has `patience_s` from the beginning until it counts as waited for by nobody.
    """

    def __init__(self, start_redirector: typing.Callable[..., AnyRedirector], folder: os.PathLike[str],
                 patience_s: float) -> None:
        self._patience_s = scaled(patience_s)
        self._known: dict[str, Answer | None] = {}
        with contextlib.ExitStack() as when_it_fails:
            self._begin(start_redirector, folder, when_it_fails)
            self._ends = when_it_fails.pop_all()

    def _begin(self, start_redirector: typing.Callable[..., AnyRedirector], folder: os.PathLike[str],
               ends: contextlib.ExitStack) -> None:
        def start(**options: typing.Any) -> AnyRedirector:
            server = start_redirector(folder, **options)
            ends.callback(server.end_at_once)
            return server

        self._hung_pool = start(fault="on-term = ignore(TERM)")
        self._gate = Gate(self._hung_pool.daemon)
        self._client_pool = start()
        self._torn_pool = start()
        self._watch = Stopwatch()
        request = self._gate.request(unique_request().rstrip())
        self._waiting = {
            "hung": (self._hung_pool.client().send(request), request),
            "silent": (self._client_pool.client(), b""),
            "torn": self._leave_half_a_reply(),
            "half": self._send_half_a_line()}

    def _send_half_a_line(self) -> tuple[LineClient, bytes]:
        """A client that never finishes its line."""
        half = unique_request("half a line").rstrip()
        return self._client_pool.client().send(half), half

    def _leave_half_a_reply(self) -> tuple[LineClient, bytes]:
        """A client that waits for the rest of its reply, until it is told that none will come."""
        request = unique_request("@before-reply=no-newline")
        return self._torn_pool.client().send(request), request

    def outcome(self, name: str) -> Answer | None:
        """The Answer, or None after all that patience."""
        if name not in self._known:
            client, request = self._waiting[name]
            assert client.socket
            client.socket.settimeout(max(self._patience_s - self._watch.elapsed_s, 0.1))
            try:
                self._known[name] = receive(client, request)
            except AssertionError:
                self._known[name] = None
        return self._known[name]

    def needed(self, name: str, what: str) -> Answer:
        """The Answer; the scenario is not offered when there is none."""
        answer = self.outcome(name)
        if answer is None:
            not_offered(f"{what} was waited for longer than {self._patience_s:g} s")
        return answer

    def server_after_timeout(self) -> AnyRedirector:
        """The redirector whose only daemon was given up, once it serves again."""
        self.needed("hung", "a daemon that hangs")
        return _serving(self._hung_pool)

    def server_after_half_a_reply(self) -> AnyRedirector:
        """Likewise, for the one whose only daemon wrote half a reply, and never the rest."""
        self.needed("torn", "the rest of a reply").assert_own_or_refused()
        return _serving(self._torn_pool)

    def let_the_late_reply_come(self) -> None:
        """The daemon that hung writes its reply now, if it lives; returns when it has."""
        daemon = self._hung_pool.daemon
        held = daemon.wait_held(self._gate.name)[0]
        daemon.release(self._gate.name)
        eventually(lambda: daemon.journal("reply", token=held["token"]) or not proc.alive(held["pid"]), 10.0,
                   what="the daemon that hung has replied, or is gone")

    def end(self) -> None:
        for client, _ in self._waiting.values():
            client.close()
        self._ends.close()


def _serving(server: AnyRedirector) -> AnyRedirector:
    wait_served(server, 10.0, "a request is served after what hung")
    return server

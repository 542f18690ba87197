"""Class AnyRedirector: a running redirector of which nothing is known but its command line."""

import os
import signal
import socket
import typing
from collections.abc import Callable

from .. import proc
from ..deadline import eventually
from ..iotcpd import Iotcpd
from ..redirector_command import RedirectorCommand
from ..tcp_sockets import listens
from ..traffic import unique_request
from .answer import Answer, receive
from .launched_fake import LaunchedFake

_READY_WITHIN_S = 20.0
_STARTS = 4
#: A foreign redirector may chat on stdout; nobody reads that before a scenario looks.
_STDOUT_CAPACITY = 1 << 20


def free_port() -> int:
    """A port of 127.0.0.1 that is free now; somebody else may be faster, so that one starts again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PoolNotStarted(Exception):
    """It ended, or did not listen or answer: with what it wrote on stderr."""


class AnyRedirector(Iotcpd):
    """Listens on a port that was chosen for it, over daemons whose evidence is `daemon`.

    It announces nothing: it is ready when it lives, listens and has answered a request.
    """

    host = "127.0.0.1"
    port = 0

    def __init__(self, command: RedirectorCommand, folder: str, cwd: str | os.PathLike[str],
                 daemon: LaunchedFake, n: int = 1, port: int | None = None) -> None:
        self.port = port or free_port()
        self.daemon = daemon
        self._again = (command, folder, cwd, daemon, n, self.port)
        self.may_end = False   #: by what the scenario does
        super().__init__(command.for_pool(self.port, n, [daemon.launcher]), folder, cwd=cwd,
                         stdout_capacity=_STDOUT_CAPACITY)

    @classmethod
    def start(cls, command: RedirectorCommand, folder: str, cwd: str | os.PathLike[str],
              daemon: LaunchedFake, n: int = 1, *, answers: bool = True) -> typing.Self:
        """A ready one, on another port when the first was taken meanwhile."""
        for _ in range(_STARTS):
            server = cls(command, folder, cwd, daemon, n)
            try:
                return server.wait_ready() if answers else server.wait_accepting()
            except AssertionError as error:
                ended, wrote = not server.running, server.stderr.text()[-2000:]
                server.end_at_once()
                last_words = "".join(f": {line}" for line in wrote.splitlines()[-1:])
                reason = f"{error}{last_words}\n{' '.join(server.command)}\n{wrote}".rstrip()
                if not ended:
                    break
        raise PoolNotStarted(reason)

    def start_again(self) -> "AnyRedirector":
        """Another one, on the same port; it may not be ready yet."""
        return AnyRedirector(*self._again)

    # -- being ready --------------------------------------------------------------------------

    def wait_accepting(self, within: float = _READY_WITHIN_S) -> typing.Self:
        """It lives and listens; its daemons may be broken."""
        return self._wait(lambda: listens(self.pid, self.port), within, f"listens on {self.port}")

    def wait_ready(self, within: float = _READY_WITHIN_S) -> typing.Self:
        """It lives, and a request of ours was answered."""
        self.wait_accepting(within)
        return self._wait(lambda: self.answer_to(unique_request("ready?"), within=2).own, within,
                          "answers a request")

    def _wait(self, condition: Callable[[], object], within: float, what: str) -> typing.Self:
        eventually(lambda: not self.running or condition(), within, what=what)
        if not self.running:
            raise AssertionError(f"ended with code {self.returncode}")
        return self

    # -- talking to it ------------------------------------------------------------------------

    def answer_to(self, request: bytes, within: float = 10.0) -> Answer:
        """One connection: the Answer to `request`, whatever it is."""
        client = self.client(timeout_s=within)
        try:
            client.send(request)
        except (ConnectionResetError, BrokenPipeError):
            client.close()
            return Answer(request, b"", reset=True)
        return receive(client, request)

    def handles(self, number: int) -> bool:
        """Whether it catches that signal, or waits for it in another way."""
        status = proc.status(self.pid)
        masks = (int(status.get(name, "0"), 16) for name in ("SigCgt", "SigBlk"))
        return any(mask >> (number - 1) & 1 for mask in masks)

    def memory_slack_kib(self, slack_kib: int) -> int:
        """`slack_kib`, or more than it can reach: memory of an instrumented program says nothing."""
        return 1 << 30 if proc.is_sanitized(f"/proc/{self.pid}/exe") else slack_kib

    # -- its end ------------------------------------------------------------------------------

    def end_at_once(self) -> list[str]:
        """Nothing is left of it; how it would have ended is not asked."""
        family = self.family()
        self._ending.sent_signals.add(int(signal.SIGKILL))
        if self.running:
            self.signal(signal.SIGKILL)
        for pid in family:
            proc.kill_quietly(pid)
        return self.shut_down()


#: start(n=1, answers=True, **options of the fake daemons): a ready one.
StartPool = Callable[..., AnyRedirector]

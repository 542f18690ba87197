"""Class Iotcpd: one running redirector, from its start to the proof that nothing of it is left."""

import json
import os
import re
import signal
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self, TypeVar

from . import proc, stats
from .deadline import eventually
from .line_client import LineClient
from .program import Program, fresh_name, option_words
from .stats import Stats

__all__ = ["Iotcpd", "ProgramEnded", "option_words"]

_Block = TypeVar("_Block")

_LISTENING = re.compile(r"^iotcpd listening: (.*)$", re.MULTILINE)
_READY = re.compile(r"^iotcpd ready: (.*)$", re.MULTILINE)


class ProgramEnded(Exception):
    """It ended while a test waited for it. No AssertionError: to wait on is useless."""


class Iotcpd(Program):
    """A running iotcpd. Tests get it from the fixture `iotcpd`, which also ends it.

    `host` and `port` are the first TCP address it listens on.
    """

    codes_at_term = (0, 128 + signal.SIGTERM)  #: the other one by a second signal

    def __init__(self, command: Sequence[str], folder: str, *,
                 options: Mapping[str, Any] | None = None, **settings: Any) -> None:
        name = fresh_name()
        options = dict(options or {})
        trace = options.get("trace")
        if trace is True:
            trace = options["trace"] = os.path.join(folder, f"{name}.trace")
        self.trace_path: str | None = trace
        self._addresses: list[str] = []
        self._code_was_asked = False
        super().__init__([*command, *option_words(options)], folder, name=name, **settings)

    # -- what it is ---------------------------------------------------------------------------

    @property
    def addresses(self) -> list[str]:
        """Words after `iotcpd listening:`, such as ["127.0.0.1:41234", "[::1]:41234"]."""
        if not self._addresses:
            match = _LISTENING.search(self.stdout.text())
            self._addresses = match[1].split() if match else []
        return self._addresses

    @property
    def host(self) -> str:
        return self._first_tcp_address()[0]

    @property
    def port(self) -> int:
        return self._first_tcp_address()[1]

    def _first_tcp_address(self) -> tuple[str, int]:
        for address in self.addresses:
            match = re.fullmatch(r"\[?([0-9a-fA-F.:]+?)\]?:(\d+)", address)
            if match:
                return match[1], int(match[2])
        raise AssertionError(f"no TCP address announced: {self.stdout.text()!r}")

    @property
    def announced_ready(self) -> bool:
        """Whether it has said so by now; from then on every signal has its meaning."""
        return bool(_READY.search(self.stdout.text()))

    def wait_listening(self, within: float = 5.0) -> Self:
        return self._wait_announced(_LISTENING, within)

    def wait_ready(self, within: float = 10.0) -> Self:
        return self._wait_announced(_READY, within)

    def _wait_announced(self, pattern: re.Pattern[str], within: float) -> Self:
        self.wait_announced(pattern, within)
        assert self.addresses, "ready, but it never said what it listens on"
        return self

    # -- talking to it ------------------------------------------------------------------------

    def client(self, **settings: Any) -> LineClient:
        """A connected LineClient."""
        return LineClient((self.host, self.port), **settings).connect()

    def ask(self, request: bytes, **settings: Any) -> bytes:
        """One connection: send `request`, return everything until EOF."""
        return self.client(**settings).ask(request)

    def stats(self, within: float = 5.0) -> Stats:
        """USR1, then the new statistics block from stdout."""
        return self._answer_to(signal.SIGUSR1, stats.parse_blocks, within, "a statistics block")

    def registers(self, within: float = 5.0) -> dict[int, dict[str, Any]]:
        """USR2, then the new registers block: {slot: {"status": ..., "daemon_pid": ...}}."""
        return self._answer_to(signal.SIGUSR2, stats.parse_registers, within, "a registers block")

    def _answer_to(self, signal_number: int, parse: Callable[[str], list[_Block]], within: float,
                   what: str) -> _Block:
        """The newest block that `parse` finds on stdout after the signal."""
        before = self.stdout.size()
        self.signal(signal_number)

        def new_blocks() -> list[_Block]:
            found = parse(self.stdout.text(before))
            if not found and not self.running:
                raise ProgramEnded(f"exit code {self.returncode} while waiting for {what}")
            return found

        return eventually(new_blocks, within, what=what)[-1]

    def wait_stats(self, condition: Callable[[Stats], object], within: float = 5.0,
                   what: str = "statistics as wanted") -> Stats:
        """Ask for statistics until `condition(stats)` is true; returns that block."""
        def wanted() -> Stats | None:
            block = self.stats()
            return block if condition(block) else None

        return eventually(wanted, within, what=what)

    def trace(self, count: int = 0, within: float = 5.0) -> list[dict[str, Any]]:
        """Outcomes in the --trace file so far, after waiting for at least `count` of them."""
        assert self.trace_path, "start it with options=dict(trace=True)"

        def enough() -> tuple[list[str]] | None:
            text = self._trace_text()
            lines = text[:text.rfind("\n") + 1].splitlines()
            return (lines,) if len(lines) >= count else None

        (lines,) = eventually(enough, within, what=f"{count} lines in the trace")
        return [json.loads(line) for line in lines]

    def _trace_text(self) -> str:
        assert self.trace_path
        try:
            with open(self.trace_path, encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    # -- its end ------------------------------------------------------------------------------

    def wait_exit(self, within: float = 10.0) -> int:
        """Its exit code, -N when signal N ended it; what that must be is then for the test to say."""
        self._code_was_asked = True
        return super().wait_exit(within)

    def shut_down(self) -> list[str]:
        """End it whatever its state; returns sentences on what was wrong with its end."""
        code = self.returncode or 0
        by_itself = [f"it had ended with exit code {code}"] if code > 0 and not self._code_was_asked else []
        return by_itself + super().shut_down()

    # -- its processes ------------------------------------------------------------------------

    def daemon_pids(self) -> list[int]:
        """Live direct children, by pid."""
        return [pid for pid in proc.children(self.pid) if proc.alive(pid)]

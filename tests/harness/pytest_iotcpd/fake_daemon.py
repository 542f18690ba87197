"""Fake daemons: alone on a pair of pipes, or as the pool of a redirector, with their evidence."""

import contextlib
import glob
import json
import os
import select
import shlex
import signal
import socket
import subprocess
import uuid
from collections.abc import Mapping
from typing import Any, Self

from . import log, proc, witness
from .deadline import eventually, scaled
from .ending import MARK
from .journal_lines import unspoilt
from .program import StrPath, fresh_name, option_words


#: For fake(**WHO): every reply tells who gave it.
WHO = {"personality": "fixed",
       "template": "{line} pid={pid} worker={worker} incarnation={incarnation}"}


class ControlRefused(Exception):
    """A fake daemon answered `error ...` to a command."""


def control(path: str, command: str, within: float = 10.0) -> Any:
    """Send one command to the control socket at `path`; the value of its `ok VALUE`, or None. OSError when
    nobody is there, or not any more."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(scaled(within))
        connection.connect(path)
        connection.sendall(command.encode() + b"\n")
        answer = connection.makefile("rb").readline().decode()
    if not answer:
        raise ConnectionError(f"no answer at {path}: the daemon has ended")
    word, _, value = answer.rstrip("\n").partition(" ")
    if word != "ok":
        raise ControlRefused(answer.rstrip("\n"))
    return json.loads(value) if value else None


class FakeEvidence:
    """The command of fake daemons that share a journal, and what can be learnt of them.

    `str(...)` is the command as a redirector's --daemon takes it, `words` as a list.
    """

    def __init__(self, binary: str, folder: StrPath, *words: str, **options: Any) -> None:
        name = os.path.join(str(folder), "fake-" + uuid.uuid4().hex[:8])
        self.journal_path = name + ".jsonl"
        self._control_pattern = name + ".control.{pid}"
        options.setdefault("journal", self.journal_path)
        options.setdefault("control", self._control_pattern)
        options = {name: value for name, value in options.items() if value is not None}
        options.setdefault("seed", 1)
        wrapped = ["--", *options.pop("wrap")] if "wrap" in options else []
        self.words = [binary, *words, *option_words(options), *(["--wrap"] if wrapped else []),
                      *wrapped]
        witness.present().started(self)

    def __str__(self) -> str:
        return shlex.join(self.words)

    # -- the journal --------------------------------------------------------------------------

    def journal(self, event: str | None = None, **fields: Any) -> list[dict[str, Any]]:
        """The journal so far: the lines of that event whose fields have these values. What
        only part of is there is left out."""
        try:
            with open(self.journal_path, "rb") as file:
                *lines, _ = file.read().split(b"\n")
        except FileNotFoundError:
            return []
        found = [json.loads(line) for line in unspoilt(lines)]
        return [line for line in found if event in (None, line["event"])
                and all(line.get(name) == value for name, value in fields.items())]

    def wait_journal(self, event: str | None = None, count: int = 1, within: float = 5.0,
                     **fields: Any) -> list[dict[str, Any]]:
        """Wait for at least `count` such lines; returns all there are."""
        def enough() -> list[dict[str, Any]] | None:
            found = self.journal(event, **fields)
            return found if len(found) >= count else None

        return eventually(enough, within, what=f"{count} journal lines {event} {fields}")

    def fired(self, action: str) -> int:
        """How often an action has fired, in all processes."""
        return len(self.journal("fault", action=action))

    # -- the control sockets ------------------------------------------------------------------

    def sockets(self) -> list[str]:
        """Their paths; each is there before its process has journalled its start."""
        return sorted(glob.glob(self._control_pattern.replace("{pid}", "*")))

    def control(self, command: str, within: float = 10.0) -> dict[int, Any]:
        """One command to every process that is there: {pid: value}. Who has just gone is left
        out."""
        answers = {}
        for path in self.sockets():
            with contextlib.suppress(ConnectionError, FileNotFoundError):
                answers[int(path.rpartition(".")[2])] = control(path, command, within)
        return answers

    def control_of(self, pid: int, command: str, within: float = 10.0) -> Any:
        """One command to the process with this pid, which must be there; its value."""
        return control(self._control_pattern.replace("{pid}", str(pid)), command, within)

    def counters(self) -> dict[int, Any]:
        return self.control("counters")

    def wait_held(self, gate: str, count: int = 1, within: float = 5.0) -> list[dict[str, Any]]:
        """Wait until `count` requests or processes have come to hold(GATE): their journal lines."""
        def enough() -> list[dict[str, Any]] | None:
            come = [line for line in self.journal("fault", action="hold")
                    if f"hold({gate})" in line["fault"]]
            return come if len(come) >= count else None

        return eventually(enough, within, what=f"{count} at hold({gate})")

    def release(self, gate: str, count: int | None = None) -> None:
        self.control(f"release {gate}" + ("" if count is None else f" {count}"))


class FakeDaemon(FakeEvidence):
    """One fake daemon on a pair of pipes of ours. Tests get it from the fixture `fake_daemon`."""

    def __init__(self, binary: str, folder: StrPath, *words: str,
                 env: Mapping[str, str] | None = None, stderr: Any = subprocess.PIPE,
                 **options: Any) -> None:
        super().__init__(binary, folder, *words, **options)
        self._mark = fresh_name()
        self.process = subprocess.Popen(
            self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, bufsize=0,
            env={**os.environ, **(env or {}), MARK: self._mark}, cwd=str(folder), process_group=0)
        self._buffer = b""
        self._stderr = b""

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def _stdout_fd(self) -> int:
        assert self.process.stdout
        return self.process.stdout.fileno()

    def sockets(self) -> list[str]:
        self.wait_journal("start")
        return super().sockets()

    def write(self, data: bytes) -> Self:
        assert self.process.stdin
        self.process.stdin.write(data)
        return self

    def read_line(self, within: float = 5.0) -> bytes:
        """Up to and including the next newline; less at the end of stdout."""
        while b"\n" not in self._buffer:
            piece = self._read_piece(within)
            if not piece:
                break
            self._buffer += piece
        line, newline, self._buffer = self._buffer.partition(b"\n")
        return line + newline

    def read_available(self) -> bytes:
        """What is there now, without waiting."""
        os.set_blocking(self._stdout_fd, False)
        with contextlib.suppress(BlockingIOError):
            while piece := os.read(self._stdout_fd, 65536):
                self._buffer += piece
        os.set_blocking(self._stdout_fd, True)
        taken, self._buffer = self._buffer, b""
        return taken

    def _read_piece(self, within: float) -> bytes:
        ready, _, _ = select.select([self._stdout_fd], [], [], scaled(within))
        assert ready, f"nothing on stdout within {scaled(within):g} s"
        return os.read(self._stdout_fd, 65536)

    def ask(self, line: bytes) -> bytes:
        return self.write(line).read_line()

    def finish(self, within: float = 10.0) -> tuple[bytes, bytes, int]:
        """Close its stdin and wait for its end: (rest of stdout, stderr, exit code)."""
        out, err = self.process.communicate(timeout=scaled(within))
        self._stderr = err or b""
        return self._buffer + out, self._stderr, self.process.returncode

    def wait(self, within: float = 10.0) -> int:
        return self.process.wait(scaled(within))

    def _stderr_text(self) -> str:
        """What it has written there, if that is a pipe of ours that the test has left alone."""
        pipe = self.process.stderr
        if pipe is not None and not pipe.closed:
            os.set_blocking(pipe.fileno(), False)
            with contextlib.suppress(BlockingIOError):
                self._stderr += os.read(pipe.fileno(), 1 << 20)
        return self._stderr.decode("utf-8", "replace")

    def unexpected_log_lines(self) -> list[str]:
        """What a sanitizer has reported of it."""
        return list(filter(log.is_of_sanitizer, self._stderr_text().splitlines()))

    def report_sections(self) -> list[tuple[str, str]]:
        """(title, text) pairs for the report of a failed test."""
        title = f"{os.path.basename(self.words[0])} pid {self.pid}"
        return [(f"{title} command", f"{self}\nexit code: {self.process.poll()}"),
                (f"{title} stderr", self._stderr_text()[-20000:])]

    def shut_down(self) -> list[str]:
        """End it whatever its state, its group, and what has left that; how it ends is for the test to
        judge."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()
        self._end_what_has_left_its_group()
        self._stderr_text()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        return []

    def _end_what_has_left_its_group(self) -> None:
        left = proc.pids_with_environment(MARK, self._mark)
        for pid in left:
            proc.kill_quietly(pid)
        eventually(lambda: not any(map(proc.alive, left)), what=f"the end of {left}")
        for pid in left:
            proc.reap_quietly(pid)

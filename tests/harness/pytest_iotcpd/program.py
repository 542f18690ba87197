"""Class Program: one running program under test, from its start to the proof that nothing is left."""

import functools
import os
import re
import resource
import signal
import subprocess
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from . import log, witness
from .deadline import eventually, scaled
from .ending import MARK, Ending
from .output import FileOutput, PipeOutput


#: A path however it is written.
StrPath = str | os.PathLike[str]


def option_words(options: Mapping[str, Any] | None) -> list[str]:
    """{"queue_size": 1, "check_config": True, "allow": [a, b]} as command-line words."""
    words = []
    for name, value in (options or {}).items():
        option = "--" + name.replace("_", "-")
        for item in value if isinstance(value, (list, tuple)) else [value]:
            words += [option] if item is True else [option, str(item)]
    return words


def fresh_name() -> str:
    """For the files and the processes of one program."""
    return uuid.uuid4().hex[:8]


class Program:
    """A running program in a process group of its own.

    Standard output is a pipe that is read only when a method looks at it; standard error is a file
    (a pipe that nobody reads with `stderr_pipe=True`, or of that many bytes with
    `stderr_pipe=4096`). `before_exec()` is called in the child, or its limit on descriptors is
    `ulimit_nofile`.
    """

    #: Of its exit codes, those for an end that it is told to come to by the end of a test; None: any.
    codes_at_term: tuple[int, ...] | None = None

    def __init__(self, command: Sequence[str], folder: str, *, name: str | None = None,
                 cwd: StrPath | None = None, env: Mapping[str, str] | None = None,
                 ulimit_nofile: int | None = None, before_exec: Callable[[], object] | None = None,
                 stderr_pipe: bool | int = False, stdout_capacity: int | None = None) -> None:
        self.name = name or fresh_name()
        self.folder = folder
        self.command = list(command)
        self._expected_log: list[re.Pattern[str]] = []
        self.stdout = PipeOutput(stdout_capacity)
        self.stderr = self._make_stderr(stderr_pipe)
        assert not (ulimit_nofile and before_exec), "one of the two"
        if ulimit_nofile:
            before_exec = functools.partial(resource.setrlimit, resource.RLIMIT_NOFILE,
                                            (ulimit_nofile, ulimit_nofile))
        self._process = self._launch(cwd or folder, env, before_exec)
        self._ending = Ending(self._process, self.name, self.codes_at_term)
        witness.present().started(self)

    def _make_stderr(self, pipe: bool | int) -> FileOutput | PipeOutput:
        if pipe:
            return PipeOutput(None if pipe is True else pipe)
        return FileOutput(os.path.join(self.folder, f"{self.name}.stderr"))

    def _launch(self, cwd: StrPath | None, env: Mapping[str, str] | None,
                before_exec: Callable[[], object] | None) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            self.command, cwd=cwd, env={**os.environ, **(env or {}), MARK: self.name},
            stdin=subprocess.DEVNULL, stdout=self.stdout.fd_for_child(),
            stderr=self.stderr.fd_for_child(), process_group=0,
            preexec_fn=before_exec)
        self.stdout.child_started()
        self.stderr.child_started()
        return process

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def returncode(self) -> int | None:
        """Exit code, -N when signal N killed it, None while it runs."""
        return self._process.poll()

    @property
    def sent_signals(self) -> frozenset[int]:
        """Numbers of the signals that it was sent with `signal()`, and at its end."""
        return frozenset(self._ending.sent_signals)

    def signal(self, signal_number: int) -> Self:
        self._ending.send(signal_number)
        return self

    def wait_announced(self, pattern: re.Pattern[str], within: float) -> re.Match[str]:
        """Wait for a match of the compiled `pattern` on stdout; the program must live on."""
        def found() -> re.Match[str] | None:
            return pattern.search(self.stdout.text())

        eventually(lambda: found() or not self.running, within, what=f"{pattern.pattern!r} on stdout")
        assert self.running, f"ended with code {self.returncode}: {self.stderr.text()}"
        match = found()
        assert match
        return match

    def log_text(self) -> str:
        return self.stderr.text()

    def log_lines(self, pattern: str = "") -> list[str]:
        return log.matching_lines(self.log_text(), pattern)

    def log_contains(self, pattern: str, times: int = 1) -> bool:
        """True when at least `times` log lines match."""
        return len(self.log_lines(pattern)) >= times

    def wait_log(self, pattern: str, within: float = 5.0, times: int = 1) -> str:
        """Wait for the `times`-th matching log line and return it."""
        eventually(lambda: self.log_contains(pattern, times), within, what=f"log line {pattern!r}")
        return self.log_lines(pattern)[times - 1]

    def expect_log(self, *patterns: str) -> Self:
        """Warnings and errors that match do not fail the test."""
        self._expected_log += map(re.compile, patterns)
        return self

    def unexpected_log_lines(self) -> list[str]:
        return log.unexpected_lines(self.stderr.text(), self._expected_log)

    def family(self) -> list[int]:
        """Every live process that descends from it, even when re-parented; without itself."""
        return self._ending.family()

    def stop(self, within: float = 10.0) -> Self:
        """TERM, and wait for exit code 0."""
        self.family()
        self.signal(signal.SIGTERM)
        code = self.wait_exit(within)
        assert code == 0, f"exit code {code} after TERM: {self.stderr.text()}"
        return self

    def wait_exit(self, within: float = 10.0) -> int:
        """Its exit code, -N when signal N ended it."""
        try:
            return self._process.wait(scaled(within))
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running {scaled(within):g} s later") from None

    def shut_down(self) -> list[str]:
        """End it whatever its state; returns sentences on what was wrong with its end."""
        witness.present().ending(self)
        return self._ending.shut_down()

    def report_sections(self) -> list[tuple[str, str]]:
        """(title, text) pairs for the report of a failed test."""
        title = f"{os.path.basename(self.command[0])} pid {self.pid}"
        return [(f"{title} command", " ".join(self.command) + f"\nexit code: {self.returncode}"),
                (f"{title} stdout", self.stdout.text()[-20000:]),
                (f"{title} stderr", self.stderr.text()[-20000:])]

"""Class Iotcpd: one running redirector, from its start to the proof that nothing of it is left."""

import json
import os
import re
import resource
import signal
import subprocess
import uuid

from . import log, proc, stats
from .deadline import eventually, scaled
from .ending import MARK, Ending
from .line_client import LineClient
from .output import FileOutput, PipeOutput

_LISTENING = re.compile(r"^iotcpd listening: (.*)$", re.MULTILINE)
_READY = re.compile(r"^iotcpd ready: (.*)$", re.MULTILINE)


def option_words(options):
    """{"queue_size": 1, "check_config": True, "allow": [a, b]} as command-line words."""
    words = []
    for name, value in (options or {}).items():
        option = "--" + name.replace("_", "-")
        for item in value if isinstance(value, (list, tuple)) else [value]:
            words += [option] if item is True else [option, str(item)]
    return words


class ProgramEnded(Exception):
    """It ended while a test waited for it. No AssertionError: to wait on is useless."""


class Iotcpd:
    """A running iotcpd. Tests get it from the fixture `iotcpd`, which also ends it.

    `host` and `port` are the first TCP address it listens on. Standard output is a pipe that is
    read only when a method here looks at it; standard error is a file (a pipe that nobody reads
    with `stderr_pipe=True`, or of that many bytes with `stderr_pipe=4096`).
    """

    def __init__(self, command, folder, *, options=None, cwd=None, env=None, ulimit_nofile=None,
                 stderr_pipe=False, stdout_capacity=None):
        self.name = uuid.uuid4().hex[:8]
        self.folder = folder
        options = dict(options or {})
        self.trace_path = options.get("trace")
        if self.trace_path is True:
            self.trace_path = options["trace"] = os.path.join(folder, f"{self.name}.trace")
        self.command = [*command, *option_words(options)]
        self.stdout = PipeOutput(stdout_capacity)
        self.stderr = self._make_stderr(stderr_pipe)
        self._addresses = []
        self._expected_log = []
        self._process = self._launch(cwd or folder, env, ulimit_nofile)
        self._ending = Ending(self._process, self.name)

    def _make_stderr(self, pipe):
        if pipe:
            return PipeOutput(None if pipe is True else pipe)
        return FileOutput(os.path.join(self.folder, f"{self.name}.stderr"))

    def _launch(self, cwd, env, ulimit_nofile):
        def limit_descriptors():
            resource.setrlimit(resource.RLIMIT_NOFILE, (ulimit_nofile, ulimit_nofile))

        process = subprocess.Popen(
            self.command, cwd=cwd, env={**os.environ, **(env or {}), MARK: self.name},
            stdin=subprocess.DEVNULL, stdout=self.stdout.fd_for_child(),
            stderr=self.stderr.fd_for_child(), process_group=0,
            preexec_fn=limit_descriptors if ulimit_nofile else None)
        self.stdout.child_started()
        self.stderr.child_started()
        return process

    # -- what it is ---------------------------------------------------------------------------

    @property
    def pid(self):
        return self._process.pid

    @property
    def running(self):
        return self._process.poll() is None

    @property
    def returncode(self):
        """Exit code, -N when signal N killed it, None while it runs."""
        return self._process.poll()

    @property
    def addresses(self):
        """Words after `iotcpd listening:`, such as ["127.0.0.1:41234", "[::1]:41234"]."""
        if not self._addresses:
            match = _LISTENING.search(self.stdout.text())
            self._addresses = match[1].split() if match else []
        return self._addresses

    @property
    def host(self):
        return self._first_tcp_address()[0]

    @property
    def port(self):
        return self._first_tcp_address()[1]

    def _first_tcp_address(self):
        for address in self.addresses:
            match = re.fullmatch(r"\[?([0-9a-fA-F.:]+?)\]?:(\d+)", address)
            if match:
                return match[1], int(match[2])
        raise AssertionError(f"no TCP address announced: {self.stdout.text()!r}")

    def wait_listening(self, within=5.0):
        return self._wait_announced(_LISTENING, within)

    def wait_ready(self, within=10.0):
        return self._wait_announced(_READY, within)

    def _wait_announced(self, pattern, within):
        def announced():
            found = pattern.search(self.stdout.text())
            return found or not self.running

        eventually(announced, within, what=f"{pattern.pattern!r} on stdout")
        assert self.running, f"ended with code {self.returncode}: {self.stderr.text()}"
        assert self.addresses, "ready, but it never said what it listens on"
        return self

    # -- talking to it ------------------------------------------------------------------------

    def client(self, **settings):
        """A connected LineClient."""
        return LineClient((self.host, self.port), **settings).connect()

    def ask(self, request, **settings):
        """One connection: send `request`, return everything until EOF."""
        return self.client(**settings).ask(request)

    def signal(self, signal_number):
        self._ending.send(signal_number)
        return self

    def stats(self, within=5.0):
        """USR1, then the new statistics block from stdout."""
        return self._answer_to(signal.SIGUSR1, stats.parse_blocks, within, "a statistics block")

    def registers(self, within=5.0):
        """USR2, then the new registers block: {slot: {"status": ..., "daemon_pid": ...}}."""
        return self._answer_to(signal.SIGUSR2, stats.parse_registers, within, "a registers block")

    def _answer_to(self, signal_number, parse, within, what):
        """The newest block that `parse` finds on stdout after the signal."""
        before = self.stdout.size()
        self.signal(signal_number)

        def new_blocks():
            found = parse(self.stdout.text(before))
            if not found and not self.running:
                raise ProgramEnded(f"exit code {self.returncode} while waiting for {what}")
            return found

        return eventually(new_blocks, within, what=what)[-1]

    def wait_stats(self, condition, within=5.0, what="statistics as wanted"):
        """Ask for statistics until `condition(stats)` is true; returns that block."""
        def wanted():
            block = self.stats()
            return block if condition(block) else None

        return eventually(wanted, within, what=what)

    def trace(self, count=0, within=5.0):
        """Outcomes in the --trace file so far, after waiting for at least `count` of them."""
        assert self.trace_path, "start it with options=dict(trace=True)"

        def enough():
            text = self._trace_text()
            lines = text[:text.rfind("\n") + 1].splitlines()
            return (lines,) if len(lines) >= count else None

        (lines,) = eventually(enough, within, what=f"{count} lines in the trace")
        return [json.loads(line) for line in lines]

    def _trace_text(self):
        try:
            with open(self.trace_path, encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    # -- its log ------------------------------------------------------------------------------

    def log_text(self):
        return self.stderr.text()

    def log_lines(self, pattern=""):
        return log.matching_lines(self.log_text(), pattern)

    def log_contains(self, pattern, times=1):
        """True when at least `times` log lines match."""
        return len(self.log_lines(pattern)) >= times

    def wait_log(self, pattern, within=5.0, times=1):
        """Wait for the `times`-th matching log line and return it."""
        eventually(lambda: self.log_contains(pattern, times), within, what=f"log line {pattern!r}")
        return self.log_lines(pattern)[times - 1]

    def expect_log(self, *patterns):
        """Warnings and errors that match do not fail the test."""
        self._expected_log += patterns
        return self

    def unexpected_log_lines(self):
        return log.unexpected_lines(self.log_text(), self._expected_log)

    # -- its processes ------------------------------------------------------------------------

    def daemon_pids(self):
        """Live direct children, by pid."""
        return [pid for pid in proc.children(self.pid) if proc.alive(pid)]

    def family(self):
        """Every live process that descends from it, even when re-parented; without itself."""
        return self._ending.family()

    # -- its end ------------------------------------------------------------------------------

    def stop(self, within=10.0):
        """TERM, and wait for exit code 0."""
        self.family()
        self.signal(signal.SIGTERM)
        code = self.wait_exit(within)
        assert code == 0, f"exit code {code} after TERM: {self.log_text()}"
        return self

    def wait_exit(self, within=10.0):
        """Its exit code, -N when signal N ended it."""
        try:
            return self._process.wait(scaled(within))
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running {scaled(within):g} s later") from None

    def shut_down(self):
        """End it whatever its state; returns sentences on what was wrong with its end."""
        return self._ending.shut_down()

    def report_sections(self):
        """(title, text) pairs for the report of a failed test."""
        title = f"iotcpd pid {self.pid}"
        return [(f"{title} command", " ".join(self.command) + f"\nexit code: {self.returncode}"),
                (f"{title} stdout", self.stdout.text()[-20000:]),
                (f"{title} stderr", self.stderr.text()[-20000:])]

"""A redirector under test: started, awaited, questioned by signal, stopped."""

import os
import resource
import signal
import subprocess
import threading
import time

from . import procfs

STATISTICS_END = " --- statistics ---- 8< -------"
READY_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 5.0


class BenchError(Exception):
    """The measurement cannot go on: a program is missing, does not answer, or answers wrongly."""


_running = set()


def register(server):
    """Until it is unregistered, stop_all() stops it."""
    _running.add(server)


def unregister(server):
    _running.discard(server)


def stop_all():
    """For the end of a run that was interrupted at an awkward moment."""
    for server in list(_running):
        server.stop()


class Server:
    """One redirector process on a free loopback port; a context manager that leaves nothing behind.

    The program is taken for a bare one when its name says so, else for iotcpd. `daemon` is a command
    line, run in `folder`; `wrapper` the words of a program that runs the redirector.
    """

    def __init__(
        self,
        binary,
        daemons,
        options=(),
        descriptor_limit=None,
        daemon="cat",
        folder=None,
        wrapper=(),
    ):
        self.name = os.path.basename(binary)
        self.is_bare = self.name.startswith("bare")
        command = [*wrapper, binary, "-n", str(daemons), "-d", daemon, "-p", "0"]
        if not self.is_bare:
            command += ["-i", "127.0.0.1", *options]
        self._daemon_count = daemons
        self.daemons = []  # pids, once the pool is whole
        self._lines = []  # (when, text)
        self._news = threading.Condition()
        limits = (descriptor_limit, descriptor_limit)
        preexec = (
            (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limits))
            if descriptor_limit
            else None
        )
        self.started_at = time.monotonic()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=folder,
            preexec_fn=preexec,
        )
        register(self)
        self.pid = self._process.pid
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.port = 0

    def __enter__(self):
        try:
            listening = self.await_line(lambda text: " listening: " in text)[1]
            self.port = int(listening.rpartition(":")[2])
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _read(self):
        for text in self._process.stdout:
            with self._news:
                self._lines.append((time.monotonic(), text.rstrip("\n")))
                self._news.notify_all()
        with self._news:
            self._lines.append((time.monotonic(), None))
            self._news.notify_all()

    def await_line(self, accept, start=0):
        """(when, text) of the first line from index `start` on that `accept` takes."""
        deadline = time.monotonic() + READY_TIMEOUT_S
        with self._news:
            while True:
                for when, text in self._lines[start:]:
                    if text is None:
                        raise BenchError(f"{self._process.args} ended unexpectedly")
                    if accept(text):
                        return when, text
                if not self._news.wait(deadline - time.monotonic()):
                    raise BenchError(f"{self._process.args} did not print an awaited line")

    def statistics(self):
        """The block that USR1 asks for, label → last word; its time under "when"."""
        with self._news:
            start = len(self._lines)
        os.kill(self.pid, signal.SIGUSR1)
        when, _ = self.await_line(lambda text: text == STATISTICS_END, start)
        block = {"when": when}
        with self._news:
            for _, text in self._lines[start:]:
                words = (text or "").split()
                if len(words) > 1:
                    block[" ".join(words[:-1])] = words[-1]
        return block

    def condition(self):
        """For the message when something has gone wrong: is it alive, and what does it count?"""
        if self._process.poll() is not None:
            return f"(it has ended with {self._process.returncode})"
        alive = len(procfs.children(self.pid))
        return f"({alive} daemons live) {'' if self.is_bare else self.statistics()}"

    def await_pool(self):
        """When the pool was seen to be whole: all daemons available at once."""
        when = time.monotonic() if self.is_bare else self._await_available()
        self.daemons = procfs.children(self.pid)
        return when

    def _await_available(self):
        deadline = self.ready_at() + READY_TIMEOUT_S
        while time.monotonic() < deadline:
            block = self.statistics()
            if block.get("daemon S_AVAILABLE") == str(self._daemon_count):
                return block["when"]
            time.sleep(0.002)
        raise BenchError(f"{self._daemon_count} daemons are not up after {READY_TIMEOUT_S} s")

    def ready_at(self):
        return self.await_line(lambda text: text.startswith("iotcpd ready:"))[0]

    def stop(self):
        """TERM, then KILL; no child outlives the call either."""
        if self._process.poll() is None:
            children = {pid: procfs.start_time(pid) for pid in procfs.children(self.pid)}
            self._process.terminate()
            try:
                self._process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._end_orphans(children)
        self._reader.join(STOP_TIMEOUT_S)
        unregister(self)

    @staticmethod
    def _end_orphans(children):
        deadline = time.monotonic() + 1.0
        while children and time.monotonic() < deadline:
            children = {p: born for p, born in children.items() if procfs.start_time(p) == born}
            time.sleep(0.005)
        for pid in children:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

"""line-server on a core of its own: what all generators are driven against."""

import os
import re
import subprocess

from . import server
from .cores import SERVER_CORE
from .server import BenchError

STOP_TIMEOUT_S = 5.0


class LineServer:
    """One line-server process; a context manager that leaves nothing behind."""

    def __init__(self, binary, *options):
        self._command = [binary, "--port", "0", *options]
        self._process = None
        self.port = 0

    @property
    def pid(self):
        return self._process.pid

    def __enter__(self):
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
        )
        server.register(self)
        announced = re.fullmatch(
            r"line-server listening: 127\.0\.0\.1:(\d+)\n", self._process.stdout.readline()
        )
        if not announced:
            self.stop()
            raise BenchError(f"{self._command[0]} does not say where it listens")
        self.port = int(announced[1])
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """TERM, then KILL."""
        self._process.terminate()
        try:
            self._process.communicate(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        server.unregister(self)

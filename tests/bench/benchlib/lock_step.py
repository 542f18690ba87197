"""Load without chance: a batch is laid out while the server is stopped, and the next one waits until
the server sleeps again. The same number of requests is then the same work, however slow the server is
and whoever else uses the machine."""

import contextlib
import dataclasses
import os
import signal
import socket
import time

from . import procfs
from .load import LINE
from .server import BenchError

PATIENCE_S = 30.0


@dataclasses.dataclass(frozen=True)
class Workload:
    """A batch is `lines` requests in one segment on each of `connections`."""

    name: str
    options: tuple
    daemon: str
    connections: int
    lines: int
    keeps: bool  # the connections, from batch to batch

    @property
    def batch(self):
        """Requests in it."""
        return self.connections * self.lines


class Driver:
    """Drives `server` with batches of `workload`; a context manager that closes its connections."""

    def __init__(self, server, workload):
        self._server = server
        self._workload = workload
        self._kept = []

    def __enter__(self):
        if self._workload.keeps:
            self._kept = self._connect()
            _await_state(self._server.pid, "S")
        return self

    def __exit__(self, *_):
        for connection in self._kept:
            connection.close()

    def run(self, batches):
        """Every reply is checked."""
        for _ in range(batches):
            with self._stopped():
                connections = self._kept or self._connect()
                for connection in connections:
                    connection.sendall(LINE * self._workload.lines)
            for connection in connections:
                self._receive(connection)
            _await_state(self._server.pid, "S")

    def _connect(self):
        address = ("127.0.0.1", self._server.port)
        count = self._workload.connections
        return [socket.create_connection(address, timeout=PATIENCE_S) for _ in range(count)]

    @contextlib.contextmanager
    def _stopped(self):
        os.kill(self._server.pid, signal.SIGSTOP)
        _await_state(self._server.pid, "T")
        try:
            yield
        finally:
            os.kill(self._server.pid, signal.SIGCONT)

    def _receive(self, connection):
        wanted = LINE * self._workload.lines
        received = b""
        while len(received) < len(wanted) and (got := connection.recv(1 << 16)):
            received += got
        if received != wanted:
            raise BenchError(f"{self._workload.name}: a wrong reply {received[:200]!r}")
        if not self._workload.keeps:
            connection.recv(1)
            connection.close()


def _await_state(pid, wanted):
    deadline = time.monotonic() + PATIENCE_S
    while (state := procfs.state(pid)) != wanted:
        if state is None or time.monotonic() > deadline:
            raise BenchError(f"the server is in state {state}, not {wanted}")

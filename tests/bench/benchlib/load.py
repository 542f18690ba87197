"""Load from bare-client, and single requests made by hand."""

import contextlib
import json
import os
import socket
import subprocess
import time

from . import procfs
from .cores import HOME_CORE
from .server import BenchError

LINE = b"http://example.com/index.html 10.0.0.1/- - GET\n"
GRACE_S = 15.0
REST_S = 0.005


class Client:
    """Runs bare-client, by default on the cores of the caller."""

    def __init__(self, binary):
        self._binary = binary

    def run(self, server, connections, seconds, cores=None):
        """One burst. CPU is read at rest on both sides, so that all of the burst's work is in it.

        cpu_us     the server's own CPU time per request
        p50_us     median latency: connect to EOF, or of a batch from its write to its last line
        rate       requests per second in which the home core worked for us or for nobody; on a
                   quiet machine that is the wall clock's rate
        wall_rate  requests per second by the wall clock
        foreign    the share of the home core that others have taken
        """
        with self._started(server, connections, seconds, cores) as process:
            before = self._snapshot(server)
            output, complaint = process.communicate(timeout=seconds + GRACE_S)
            after = self._snapshot(server)
        output = output.strip()
        if process.returncode != 0 or not output:
            raise _failed(server, output or complaint, process.returncode)
        return self._judge(json.loads(output), before, after)

    @contextlib.contextmanager
    def _started(self, server, connections, seconds, cores=None):
        with subprocess.Popen(
            self._command(server, connections, seconds),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def _command(self, server, connections, seconds):
        return [
            *(self._binary, "-p", str(server.port), "-c", str(connections), "-s", str(seconds))
        ]

    @staticmethod
    def _judge(report, before, after):
        server_s, daemons_s, idle_s = (late - early for late, early in zip(after, before))
        idle_s = max(0, idle_s - REST_S)
        available_s = server_s + daemons_s + report["cpu_seconds"] + idle_s
        return {
            "cpu_us": server_s * 1e6 / report["requests"],
            "p50_us": report["latency_us"]["p50"],
            "rate": report["requests"] / available_s,
            "wall_rate": report["rate"],
            "foreign": 1 - available_s / report["seconds"],
        }

    @staticmethod
    def _snapshot(server):
        time.sleep(REST_S)
        return (
            procfs.cpu_s(server.pid),
            sum(map(procfs.cpu_s, server.daemons)),
            procfs.core_idle_s(HOME_CORE),
        )

    @contextlib.contextmanager
    def idle(self, server, count):
        """Holds `count` silent connections open while the body runs; proves that they stay open."""
        descriptors = procfs.count_descriptors(server.pid)
        with subprocess.Popen(
            [self._binary, "-p", str(server.port), "-c", "0", "-s", "600", "--idle", str(count)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        ) as holder:
            try:
                if holder.stdout.readline() != "idle\n":
                    raise BenchError(f"cannot open {count} idle connections")
                _await_descriptors(server, descriptors + count)
                yield
                _await_descriptors(server, descriptors + count)
            finally:
                holder.kill()


class KeepingClient(Client):
    """Runs bare-stream: `depth` requests outstanding on each connection. Opening and closing the
    connections, and the first batch of each, is not in its figures."""

    def __init__(self, binary, depth):
        super().__init__(binary)
        self._depth = depth

    def run(self, server, connections, seconds, cores=None):
        with self.connected(server, connections, seconds, cores) as burst:
            return burst()

    @contextlib.contextmanager
    def connected(self, server, connections, seconds, cores=None):
        """Keeps the connections while the body runs; gives the function that runs a burst over them."""
        with self._started(server, connections, seconds, cores) as process:
            if process.stdout.readline() != "open\n":
                raise _failed(server, process.stderr.read(), process.wait())
            yield lambda: self._burst(process, server)
            process.stdin.close()
            if process.wait(GRACE_S) != 0:
                raise _failed(server, process.stderr.read(), process.returncode)

    def _command(self, server, connections, seconds):
        return [*super()._command(server, connections, seconds), "-P", str(self._depth), "-W"]

    def _burst(self, process, server):
        before = self._snapshot(server)
        process.stdin.write("\n")
        process.stdin.flush()
        output = process.stdout.readline()
        after = self._snapshot(server)
        if not output:
            raise _failed(server, process.stderr.read(), process.wait())
        return self._judge(json.loads(output), before, after)


def _failed(server, said, code):
    return BenchError(f"clients of {server.name}: {said.strip()} {code} {server.condition()}")


def _await_descriptors(server, count):
    deadline = time.monotonic() + 5.0
    while procfs.count_descriptors(server.pid) < count:
        if time.monotonic() > deadline:
            raise BenchError(f"server does not hold {count} descriptors: idle connections lost")
        time.sleep(0.01)


def ask(server, line=LINE):
    """One request over one connection; the bytes up to EOF."""
    reply = b""
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=2.0) as connection:
            connection.sendall(line)
            while got := connection.recv(65536):
                reply += got
    except ConnectionError:
        pass  # whatever came before counts
    return reply

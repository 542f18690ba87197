"""Other ways to put a program that speaks over stdin and stdout behind a port.

Each is started on a free port of 127.0.0.1 and answers one line per connection. Where a process is
started for each connection it is `head -n 1`, which starts faster than most.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time

from .load import LINE, ask
from .server import READY_TIMEOUT_S, STOP_TIMEOUT_S, BenchError, Server, register, unregister

ONE_LINE = (shutil.which("head") or "head", "-n", "1")
BACKLOG = 1024
MOST_PROCESSES = 1000
PLACES = (*os.environ.get("PATH", os.defpath).split(os.pathsep), "/usr/sbin", "/sbin")


class Other:
    """One such program. `package` is Debian's; `command(port, folder)` may leave files in folder."""

    def __init__(self, name, package, command):
        self.name = name
        self.package = package
        self._command = command
        self._process = None
        self.port = 0
        self.pid = 0
        self.daemons = ()

    @property
    def is_missing(self):
        return shutil.which(self.name, path=os.pathsep.join(PLACES)) is None

    @contextlib.contextmanager
    def serving(self, folder):
        """Runs while the body does, and answers from its beginning on."""
        self.port = _free_port()
        self._process = subprocess.Popen(
            self._command(self.port, folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PATH": os.pathsep.join(PLACES)},
            process_group=0,  # not a session: its processor time shall count as ours does
        )
        self.pid = self._process.pid
        register(self)
        try:
            self._await_answer()
            yield self
        finally:
            self.stop()

    def condition(self):
        """For the message when something has gone wrong."""
        return f"(its exit code: {self._process.poll()})"

    def stop(self):
        unregister(self)
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_TIMEOUT_S)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def _await_answer(self):
        deadline = time.monotonic() + READY_TIMEOUT_S
        while time.monotonic() < deadline and self._process.poll() is None:
            if ask(self) == LINE:
                return
            time.sleep(0.02)
        raise BenchError(f"{self.name} does not answer {self.condition()}")


def _free_port():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        return holder.getsockname()[1]


def _tcpserver(port, _folder):
    return [
        *("tcpserver", "-H", "-R", "-l", "0", "-b", str(BACKLOG), "-c", str(MOST_PROCESSES)),
        *("127.0.0.1", str(port), *ONE_LINE),
    ]


def _socat(port, _folder):
    listen = f"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork,backlog={BACKLOG}"
    return ["socat", listen, f"EXEC:{' '.join(ONE_LINE)},nofork"]


def _ncat(port, _folder):
    limit = str(MOST_PROCESSES)
    return ["ncat", "-l", "-k", "-m", limit, "-e", " ".join(ONE_LINE), "127.0.0.1", str(port)]


def _xinetd(port, folder):
    path = os.path.join(folder, "xinetd.conf")
    with open(path, "w", encoding="ascii") as file:
        file.write(f"""\
service line
{{
    type = UNLISTED
    socket_type = stream
    protocol = tcp
    wait = no
    bind = 127.0.0.1
    port = {port}
    user = {pwd.getpwuid(os.geteuid()).pw_name}
    server = {ONE_LINE[0]}
    server_args = {" ".join(ONE_LINE[1:])}
    instances = UNLIMITED
    per_source = UNLIMITED
    cps = 1000000 1
    log_type = FILE /dev/null
}}
""")
    return ["xinetd", "-dontfork", "-f", path, "-pidfile", os.path.join(folder, "xinetd.pid")]


def per_connection():
    """Those that start a process for each connection."""
    return [
        Other("tcpserver", "ucspi-tcp", _tcpserver),
        Other("socat", "socat", _socat),
        Other("xinetd", "xinetd", _xinetd),
        Other("ncat", "ncat", _ncat),
    ]


class HaProxy(Other):
    """Spreads connections over as many bare redirectors of one daemon each, one connection at a time
    to each; the rest wait in its queue."""

    def __init__(self, bare, daemons):
        super().__init__("haproxy", "haproxy", self._configure)
        self._bare = bare
        self._count = daemons
        self._ports = []

    @contextlib.contextmanager
    def serving(self, folder):
        with contextlib.ExitStack() as stack:
            self._ports = [
                stack.enter_context(Server(self._bare, 1)).port for _ in range(self._count)
            ]
            yield stack.enter_context(super().serving(folder))

    def _configure(self, port, folder):
        path = os.path.join(folder, "haproxy.cfg")
        servers = "\n".join(
            f"    server s{number} 127.0.0.1:{number} maxconn 1" for number in self._ports
        )
        with open(path, "w", encoding="ascii") as file:
            file.write(HAPROXY.format(port=port, backlog=BACKLOG, servers=servers))
        return ["haproxy", "-db", "-f", path]


HAPROXY = """\
global
    nbthread 1
    maxconn 4096
defaults
    mode tcp
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend port
    bind 127.0.0.1:{port} backlog {backlog}
    default_backend pool
backend pool
    balance leastconn
{servers}
"""

"""Class ScriptedServer: a small server in the test itself, for replies that no daemon would give."""

import dataclasses
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Any, Self

from .deadline import eventually

#: Answers of a script beside bytes: nothing while the connection lasts; a reset.
SILENCE = object()
RESET = object()

#: What is to be answered to a request, and to the how manieth: bytes, SILENCE or RESET.
Script = Callable[[bytes, int], Any]

_LINGER_NOT = struct.pack("ii", 1, 0)


@dataclasses.dataclass
class Received:
    """One request as it came."""
    line: bytes
    at_s: float
    connection: int


class ScriptedServer:
    """Asks `script(line, number)` what to answer each request; `number` counts from 0.

    Bytes are sent as they are; then the connection is closed, unless `keep_alive`. `address` is a
    host of this machine, or the path of a UNIX socket. `received` are the requests, `peers` the
    hosts that have connected, in the order of their coming.
    """

    def __init__(self, script: Script, address: str = "127.0.0.1",
                 keep_alive: bool = False) -> None:
        self._script, self._keep_alive = script, keep_alive
        self._lock = threading.Lock()
        self._connections: list[socket.socket] = []
        self.received: list[Received] = []
        self.peers: list[str] = []
        self._listener = _listen(address)
        self._is_unix = self._listener.family == socket.AF_UNIX
        self._name = self._listener.getsockname()
        self.started_s = time.monotonic()
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    @property
    def target(self) -> str:
        return f"unix:{self._name}" if self._is_unix else f"{self.host}:{self.port}"

    @property
    def host(self) -> str:
        return f"[{self._name[0]}]" if ":" in self._name[0] else self._name[0]

    @property
    def port(self) -> int:
        return self._name[1]

    @property
    def lines(self) -> list[bytes]:
        """All requests so far, without their newlines."""
        with self._lock:
            return [request.line.removesuffix(b"\n") for request in self.received]

    def wait_received(self, count: int, within: float = 10.0) -> Self:
        eventually(lambda: len(self.received) >= count, within, what=f"{count} requests")
        return self

    def wait_silent(self, for_s: float, within: float = 10.0) -> Self:
        """Until no request has come for that long."""
        def silent() -> bool:
            last_s = self.received[-1].at_s if self.received else self.started_s
            return time.monotonic() - last_s >= for_s

        eventually(silent, within, what=f"{for_s:g} s without a request")
        return self

    def refuse(self) -> None:
        """Stop listening: who connects from now on is refused."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join()
        self._listener.close()

    def shut_down(self) -> None:
        if self._acceptor.is_alive():
            self.refuse()
        with self._lock:
            for connection in self._connections:
                _quietly(connection.shutdown, socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                connection, peer = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.peers.append(peer[0] if peer else "")
                self._connections.append(connection)
                number = len(self._connections)
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, connection_number: int) -> None:
        with connection, connection.makefile("rb") as lines:
            while True:
                try:
                    line = lines.readline()
                except OSError:
                    return
                if not line:
                    return
                if not self._answer(connection, line, connection_number):
                    return

    def _answer(self, connection: socket.socket, line: bytes, connection_number: int) -> bool:
        """Whether the connection goes on."""
        at_s = time.monotonic()
        with self._lock:
            number = len(self.received)
            self.received.append(Received(line, at_s, connection_number))
        answer = self._script(line, number)
        if answer is RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
            return False
        if answer is SILENCE:
            return True
        return _quietly(connection.sendall, answer) and self._keep_alive


def _listen(address: str) -> socket.socket:
    if address.startswith("/"):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(address)
    else:
        listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        listener.bind((address, 0))
    listener.listen(1024)
    return listener


def _quietly(call: Callable[..., object], *arguments: Any) -> bool:
    """Whether it worked."""
    try:
        call(*arguments)
        return True
    except OSError:
        return False

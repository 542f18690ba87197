"""A client of one connection: plain blocking sockets, a deadline on every call."""

import socket
import struct
import time
from typing import Any, Self

from . import client_outcome, witness
from .deadline import scaled


#: (host, port), or the path of a UNIX socket.
Address = tuple[str, int] | str


class LineClient:
    """Talks to `address`: (host, port), or the path of a UNIX socket. Connects when first needed.

    `timeout_s` bounds each call; a call that exceeds it raises TimeoutError. Errors of the
    connection (ConnectionResetError, BrokenPipeError) are left to the test.
    """

    def __init__(self, address: Address, timeout_s: float = 10.0, source: str | None = None,
                 receive_buffer: int | None = None) -> None:
        self.address = address
        self.timeout_s = scaled(timeout_s)
        self.source = source
        self.receive_buffer = receive_buffer
        self.socket: socket.socket | None = None
        self._buffer = bytearray()

    def connect(self) -> Self:
        if isinstance(self.address, tuple):
            family = socket.AF_INET6 if ":" in self.address[0] else socket.AF_INET
        else:
            family = socket.AF_UNIX
        self.socket = connection = socket.socket(family, socket.SOCK_STREAM)
        connection.settimeout(self.timeout_s)
        if self.receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive_buffer)
        if self.source:
            connection.bind((self.source, 0))
        connection.connect(self.address)
        return self

    def _connected(self) -> socket.socket:
        if self.socket is None:
            self.connect()
        assert self.socket is not None
        return self.socket

    def send(self, data: bytes) -> Self:
        self._connected().sendall(data)
        return self

    def send_slowly(self, data: bytes, pause_s: float = 0.01, piece: int = 1) -> Self:
        """`piece` bytes at a time with `pause_s` between; TCP_NODELAY keeps the pieces apart."""
        connection = self._connected()
        if connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(data), piece):
            if start:
                time.sleep(pause_s)
            connection.sendall(data[start:start + piece])
        return self

    def half_close(self) -> Self:
        """Say "I send no more" (FIN); replies can still be read."""
        self._connected().shutdown(socket.SHUT_WR)
        return self

    def reset(self) -> None:
        """Leave with a RST: close with SO_LINGER 0."""
        connection = self._connected()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def recv_line(self) -> bytes:
        """Bytes up to and including the next newline; fewer when the connection ends before it."""
        while b"\n" not in self._buffer:
            piece = self._connected().recv(65536)
            if not piece:
                break
            self._buffer += piece
        line, newline, rest = self._buffer.partition(b"\n")
        self._buffer = rest
        return bytes(line + newline)

    def recv_to_eof(self) -> bytes:
        """Everything until a clean end of stream."""
        while True:
            piece = self._connected().recv(65536)
            if not piece:
                received, self._buffer = bytes(self._buffer), bytearray()
                return received
            self._buffer += piece

    def received(self) -> bytes:
        """What has come and was not returned yet."""
        return bytes(self._buffer)

    def expect_eof(self) -> None:
        """Assert that the server has closed and sent nothing more."""
        rest = self.recv_to_eof()
        assert rest == b"", f"bytes after the reply: {rest[:200]!r}"

    def ask(self, request: bytes) -> bytes:
        """Send `request` and return everything until EOF; the connection is closed."""
        try:
            reply = self.send(request).recv_to_eof()
            witness.present().answered(client_outcome.of_reply(reply))
            return reply
        except OSError as error:
            witness.present().answered(client_outcome.of_error(error))
            raise
        finally:
            self.close()

    def local_address(self) -> Any:
        return self._connected().getsockname()

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()

    def __enter__(self) -> Self:
        return self if self.socket else self.connect()

    def __exit__(self, *_: object) -> None:
        self.close()

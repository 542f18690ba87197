"""A client of one connection: plain blocking sockets, a deadline on every call."""

import socket
import struct
import time

from . import client_outcome, witness
from .deadline import scaled


class LineClient:
    """Talks to `address`: (host, port), or the path of a UNIX socket. Connects when first needed.

    `timeout_s` bounds each call; a call that exceeds it raises TimeoutError. Errors of the
    connection (ConnectionResetError, BrokenPipeError) are left to the test.
    """

    def __init__(self, address, timeout_s=10.0, source=None, receive_buffer=None):
        self.address = address
        self.timeout_s = scaled(timeout_s)
        self.source = source
        self.receive_buffer = receive_buffer
        self.socket = None
        self._buffer = bytearray()

    def connect(self):
        if isinstance(self.address, tuple):
            family = socket.AF_INET6 if ":" in self.address[0] else socket.AF_INET
        else:
            family = socket.AF_UNIX
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(self.timeout_s)
        if self.receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive_buffer)
        if self.source:
            self.socket.bind((self.source, 0))
        self.socket.connect(self.address if family == socket.AF_UNIX else tuple(self.address))
        return self

    def _connected(self):
        if self.socket is None:
            self.connect()
        return self.socket

    def send(self, data):
        self._connected().sendall(data)
        return self

    def send_slowly(self, data, pause_s=0.01, piece=1):
        """`piece` bytes at a time with `pause_s` between; TCP_NODELAY keeps the pieces apart."""
        connection = self._connected()
        if connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(data), piece):
            if start:
                time.sleep(pause_s)
            connection.sendall(data[start:start + piece])
        return self

    def half_close(self):
        """Say "I send no more" (FIN); replies can still be read."""
        self._connected().shutdown(socket.SHUT_WR)
        return self

    def reset(self):
        """Leave with a RST: close with SO_LINGER 0."""
        connection = self._connected()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def recv_line(self):
        """Bytes up to and including the next newline; fewer when the connection ends before it."""
        while b"\n" not in self._buffer:
            piece = self._connected().recv(65536)
            if not piece:
                break
            self._buffer += piece
        line, newline, rest = self._buffer.partition(b"\n")
        self._buffer = rest
        return bytes(line + newline)

    def recv_to_eof(self):
        """Everything until a clean end of stream."""
        while True:
            piece = self._connected().recv(65536)
            if not piece:
                received, self._buffer = bytes(self._buffer), bytearray()
                return received
            self._buffer += piece

    def received(self):
        """What has come and was not returned yet."""
        return bytes(self._buffer)

    def expect_eof(self):
        """Assert that the server has closed and sent nothing more."""
        rest = self.recv_to_eof()
        assert rest == b"", f"bytes after the reply: {rest[:200]!r}"

    def ask(self, request):
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

    def local_address(self):
        return self._connected().getsockname()

    def close(self):
        if self.socket is not None:
            self.socket.close()

    def __enter__(self):
        return self if self.socket else self.connect()

    def __exit__(self, *_):
        self.close()

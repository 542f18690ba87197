"""One connection of a client: its request, and its one outcome."""

import socket
import time


class Session:
    """Reads a request, hands it to the redirector, delivers what comes of it and closes."""

    def __init__(self, redirector, connection):
        self.redirector, self.loop = redirector, redirector.loop
        self.connection = connection
        self.buffer = b""
        self.request = None
        self.daemon_name = (None, None, None)  #: worker, incarnation, pid
        self.complete_ns = self.handed_out_ns = None
        self.decided = False
        self.timer = None
        self._output = b""
        self._after_delivery = ()
        connection.setblocking(False)
        self.loop.add_reader(connection, self.on_readable)

    def on_readable(self):
        try:
            piece = self.connection.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            self.on_reset()
            return
        if piece:
            self._on_piece(piece)
        else:
            self._on_end_of_stream()

    def _on_piece(self, piece):
        if not self.buffer:
            self.redirector.on_query(self)
        if self.request is None:
            self.buffer += piece
            self._look_for_request()

    def _look_for_request(self):
        if b"\n" in self.buffer:
            self.request = self.buffer[:self.buffer.index(b"\n") + 1]
            self.complete_ns = time.monotonic_ns()
            self.redirector.on_request(self)
        elif len(self.buffer) >= self.redirector.settings.max_request:
            self.redirector.fail(self, "oversize")

    def _on_end_of_stream(self):
        self.loop.remove_reader(self.connection)
        if not self.buffer:
            self.close()
        elif self.request is None:
            self.redirector.fail(self, "eof")

    def on_reset(self):
        if self.buffer and not self.decided:
            self.redirector.decide(self, "unknown", "reset")
        self.close()

    def deliver(self, data, outcome, cause):
        """Send `data`; the outcome is counted when the kernel has taken all of it."""
        self._output, self._after_delivery = data, (outcome, cause)
        self._flush()

    def _flush(self):
        try:
            self._output = self._output[self.connection.send(self._output):]
        except BlockingIOError:
            pass
        except OSError:
            self.on_reset()
            return
        if self._output:
            self.loop.add_writer(self.connection, self._flush)
            return
        outcome, cause = self._after_delivery
        self.redirector.decide(self, outcome, cause)
        self.close()

    def close(self):
        """The end of the stream after what was sent; the client may have more on its way."""
        if self.connection.fileno() < 0:
            return
        self.loop.remove_reader(self.connection)
        self.loop.remove_writer(self.connection)
        try:
            self.connection.shutdown(socket.SHUT_WR)
            while self.connection.recv(65536):
                pass
        except OSError:
            pass
        self.connection.close()
        self.redirector.on_session_closed(self)

"""Clients that write down what they did and what they saw: the first of the three histories."""

import os
import threading
import time
from collections.abc import Callable

from .. import client_outcome, witness
from ..line_client import LineClient
from ..traffic import ERROR_REPLY as ERROR_LINE
from . import records
from .records import ClientRecord

#: Most invocations between two cuts of the histories.
SEGMENT_LIMIT = 100_000
KEPT_BYTES = 8192  #: of what a client has received, for its record


class SegmentFull(Exception):
    """More invocations than a segment holds: cut the histories first."""


class ClientHistory:
    """The records of all clients since the last `take()`. Any thread may add to it."""

    def __init__(self, limit: int = SEGMENT_LIMIT) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._records: list[ClientRecord] = []

    def add(self, record: ClientRecord) -> ClientRecord:
        with self._lock:
            if len(self._records) >= self._limit:
                raise SegmentFull(f"{self._limit} invocations since the last cut")
            self._records.append(record)
        return record

    def take(self) -> list[ClientRecord]:
        with self._lock:
            taken, self._records = self._records, []
        return taken


def tokened_request(words: str) -> tuple[str, bytes]:
    """A token that nobody else has, and the request that carries it, `words` and an end sentinel."""
    token = f"tk_{os.urandom(8).hex()}"
    parts = [token, words, records.sentinel(token)]
    return token, " ".join(filter(None, parts)).encode() + b"\n"


class RecordingClient:
    """One request per connection to `address`, each with a token and an end sentinel of its own.

    `deadline_s`, before scaling, is how long a client waits for the end of its reply. Where connections are
    `kept`, a client says after its reply that it sends no more.
    """

    def __init__(self, address: tuple[str, int], history: ClientHistory, deadline_s: float = 10.0,
                 error_reply: bytes = ERROR_LINE, kept: bool = False) -> None:
        self._address, self._history = address, history
        self._deadline_s, self._error_reply, self._kept = deadline_s, error_reply, kept

    def ask(self, words: str = "", deadline_s: float | None = None,
            sent: Callable[[], None] = lambda: None) -> ClientRecord:
        """Send a request, call `sent()`, read until the end of the stream."""
        def read(client: LineClient) -> bytes:
            sent()
            return self._read(client)

        return self._invoke(words, read, deadline_s)

    def ask_slowly(self, words: str = "", pieces: int = 4, pause_s: float = 0.003) -> ClientRecord:
        """Likewise, but the request comes in so many pieces."""
        def send(client: LineClient, request: bytes) -> None:
            client.send_slowly(request, pause_s, -(-len(request) // pieces))

        return self._invoke(words, self._read, None, send)

    def ask_half_closed(self, words: str = "") -> ClientRecord:
        """Send a request and the end of the stream, read until the end of the other one."""
        def send(client: LineClient, request: bytes) -> None:
            client.send(request).half_close()

        return self._invoke(words, lambda client: client.recv_to_eof(), None, send)

    def break_off(self) -> ClientRecord:
        """Send a request without its last bytes, then the end of the stream; read what comes."""
        def send(client: LineClient, request: bytes) -> None:
            client.send(request[:-8]).half_close()

        return self._invoke("", lambda client: client.recv_to_eof(), None, send)

    def leave(self, words: str = "", after: Callable[[], object] = lambda: None) -> ClientRecord:
        """Send a request, call `after()`, and go away with a reset."""
        def reset(client: LineClient) -> None:
            after()
            client.reset()

        return self._invoke(words, reset, None)

    def _read(self, client: LineClient) -> bytes:
        """All that comes until the end of the stream."""
        line = b""
        if self._kept:
            line = client.recv_line()
            client.half_close()
        return line + client.recv_to_eof()

    def _invoke(self, words: str, then: Callable[[LineClient], bytes | None], deadline_s: float | None,
                send: Callable[[LineClient, bytes], object] = LineClient.send) -> ClientRecord:
        token, request = tokened_request(words)
        record = ClientRecord(token, records.REFUSED, b"", time.monotonic_ns(), None, None, 0)
        client = LineClient(self._address, timeout_s=deadline_s or self._deadline_s)
        try:
            client.connect()
            record.outcome = records.RESET
            record.sending_ns = time.monotonic_ns()
            send(client, request)
            record.sent_ns = time.monotonic_ns()
            received = then(client)
            record.outcome = self._outcome(received)
            record.received = (received or b"")[:KEPT_BYTES]
        except TimeoutError:
            record.outcome = records.TIMEOUT
            record.received = client.received()[:KEPT_BYTES]
        except OSError:
            record.received = client.received()[:KEPT_BYTES]
        finally:
            client.close()
        record.ended_ns = time.monotonic_ns()
        witness.present().answered(record.outcome)
        return self._history.add(record)

    def _outcome(self, received: bytes | None) -> str:
        if received is None:
            return records.LEFT
        return client_outcome.of_reply(received, self._error_reply)

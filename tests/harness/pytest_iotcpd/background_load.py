"""Clients in the background: threads that ask one request per connection, each with a token of its own."""

import concurrent.futures
import dataclasses
import itertools
import threading
import time
from typing import Self

from .deadline import eventually
from .iotcpd import Iotcpd
from .line_client import LineClient


@dataclasses.dataclass
class Asked:
    """One request: what was sent, what came back until EOF, or the error that came instead."""
    request: bytes
    reply: bytes = b""
    error: OSError | None = None

    @property
    def echoed(self) -> bool:
        return self.error is None and self.reply == self.request

    def __str__(self) -> str:
        return f"{self.request!r} -> {self.error!r}" if self.error else f"{self.request!r} -> {self.reply!r}"


class BackgroundLoad:
    """`clients` threads over `program`, from entering the `with` block to leaving it.

    The request with number N is b"token-N" + `suffix` + newline. A client that is refused a
    connection pauses a little and goes on, so that the load outlives what happens to the service.
    """

    def __init__(self, program: Iotcpd, clients: int = 4, suffix: bytes = b"") -> None:
        self._address = program.host, program.port
        self._suffix = suffix
        self._numbers = itertools.count()
        self._stop = threading.Event()
        self._count = clients
        self._clients: list[concurrent.futures.Future[None]] = []
        self.asked: list[Asked] = []

    def __enter__(self) -> Self:
        threads = concurrent.futures.ThreadPoolExecutor(self._count)
        self._clients = [threads.submit(self._run) for _ in range(self._count)]
        threads.shutdown(wait=False)  # no more clients
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> list[Asked]:
        """End after the request each client is at; returns everything that was asked. Raises what has
        ended a client before, other than errors of its connection."""
        self._stop.set()
        for client in self._clients:
            client.result()
        return self.asked

    def wait_more(self, count: int, within: float = 20.0) -> Self:
        """Wait until `count` more requests have ended."""
        goal = len(self.asked) + count
        eventually(lambda: len(self.asked) >= goal, within, what=f"{goal} requests asked")
        return self

    def not_echoed(self) -> list[Asked]:
        return [asked for asked in self.asked if not asked.echoed]

    def assert_all_echoed(self, at_least: int = 1) -> None:
        """Every client got its own request back; and there were enough of them to mean something."""
        wrong = self.not_echoed()
        assert not wrong, f"{len(wrong)} of {len(self.asked)}: {', '.join(map(str, wrong[:5]))}"
        assert len(self.asked) >= at_least, f"only {len(self.asked)} requests"

    def _run(self) -> None:
        while not self._stop.is_set():
            request = b"token-%d%s\n" % (next(self._numbers), self._suffix)
            try:
                self.asked.append(Asked(request, LineClient(self._address).ask(request)))
            except OSError as error:
                self.asked.append(Asked(request, error=error))
                if isinstance(error, ConnectionRefusedError):
                    time.sleep(0.01)

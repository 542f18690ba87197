"""Class Underway: clients whose requests are on their way while other steps are taken."""

import concurrent.futures
import threading
from collections.abc import Callable, Iterable

from ..history import Ask
from ..history.records import ClientRecord

_CLIENTS = 64  #: at the same time; more wait for one of them


class Underway:
    """`put(ask, sent)` is called from one thread per client, and calls `sent()` once its request is
    sent; each has a deadline of its own."""

    def __init__(self, put: Callable[[Ask, Callable[[], None]], ClientRecord]) -> None:
        self._put = put
        self._threads = concurrent.futures.ThreadPoolExecutor(_CLIENTS)
        self._clients: list[concurrent.futures.Future[ClientRecord]] = []

    def begin(self, asks: Iterable[Ask]) -> None:
        """Returns when all are sent, or cannot be: what follows comes after them."""
        for sent in [self._begin(ask) for ask in asks]:
            sent.wait()

    def _begin(self, ask: Ask) -> threading.Event:
        sent = threading.Event()
        client = self._threads.submit(self._put, ask, sent.set)
        client.add_done_callback(lambda _: sent.set())
        self._clients.append(client)
        return sent

    def wait(self) -> None:
        """Until each has its outcome."""
        clients, self._clients = self._clients, []
        for client in clients:
            client.result()

    def close(self) -> None:
        """The same, and there will be no more."""
        self.wait()
        self._threads.shutdown()

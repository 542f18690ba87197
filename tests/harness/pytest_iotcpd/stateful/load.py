"""Class Load: clients that ask without a pause, as many as a test wants at the moment."""

import threading
from collections.abc import Callable

from ..history import Ask

#: Each request takes a daemon that long, so that a few clients leave something for the others.
_REQUEST = Ask("@after-read=sleep(4ms)")


class Load:
    """`put(ask)` is called from one thread per client."""

    def __init__(self, put: Callable[[Ask], object]) -> None:
        self._put = put
        self._threads: list[tuple[threading.Thread, threading.Event]] = []

    @property
    def clients(self) -> int:
        return len(self._threads)

    def set(self, clients: int) -> None:
        """Returns when those that are to end have their last outcome."""
        surplus, self._threads = self._threads[clients:], self._threads[:clients]
        for _, stop in surplus:
            stop.set()
        for thread, _ in surplus:
            thread.join()
        while len(self._threads) < clients:
            stop = threading.Event()
            thread = threading.Thread(target=self._ask, args=(stop,), daemon=True)
            self._threads.append((thread, stop))
            thread.start()

    def _ask(self, stop: threading.Event) -> None:
        while not stop.is_set():
            self._put(_REQUEST)

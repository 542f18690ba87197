"""Class Load: clients that ask without a pause, as many as a test wants at the moment."""

import threading

from ..history import Ask

#: Each request takes a daemon that long, so that a few clients leave something for the others.
_REQUEST = Ask("@after-read=sleep(4ms)")


class Load:
    """`put(ask)` is called from one thread per client."""

    def __init__(self, put):
        self._put = put
        self._threads = []

    @property
    def clients(self):
        return len(self._threads)

    def set(self, clients):
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

    def _ask(self, stop):
        while not stop.is_set():
            self._put(_REQUEST)

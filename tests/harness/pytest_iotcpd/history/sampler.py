"""Class Sampler: the statistics of a redirector, asked for by one at a time."""

import concurrent.futures
import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from ..stats import Stats

_EVERY_S = 0.1


class Sampler:
    """`server` prints its statistics on demand; any thread may ask here."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._samples: list[Stats] = []

    def stats(self) -> Stats:
        """Those of now."""
        with self._lock:
            stats: Stats = self._server.stats()
            return stats

    def take(self) -> list[Stats]:
        """The samples since the last call."""
        samples, self._samples = self._samples, []
        return samples

    @contextlib.contextmanager
    def sampling(self) -> Iterator[None]:
        """Meanwhile samples are taken. Raises what has ended that."""
        stop = threading.Event()
        with concurrent.futures.ThreadPoolExecutor(1) as beside:
            sampled = beside.submit(self._sample, stop)
            try:
                yield
            finally:
                stop.set()
        sampled.result()

    def _sample(self, stop: threading.Event) -> None:
        while not stop.wait(_EVERY_S):
            self._samples.append(self.stats())

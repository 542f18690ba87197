"""When a redirector is at rest, so that what it has counted can be held against what happened."""

import contextlib
import time
from collections.abc import Callable
from typing import Any

from .. import proc
from ..deadline import eventually
from ..footprint import Footprint
from ..stats import Stats
from .checkers.respawning import ended
from .histories import Histories

_TRIES = 50


class Rest:
    """`stats()` asks `server` for its statistics; `histories` are those of its run.

    `wait()` leaves in `asked_ns` when it asked for the statistics that it returned.
    """

    def __init__(self, server: Any, histories: Histories, stats: Callable[[], Stats]) -> None:
        self._server, self._histories, self._stats = server, histories, stats
        self.asked_ns = 0

    def wait(self, within: float) -> Stats:
        """No query in flight, all daemons available, none on its way in or out. Returns the
        statistics that say so: those of a moment later may say something else again. A redirector
        that is broken may never come to rest: then that is what the checkers see."""
        with contextlib.suppress(AssertionError):
            return eventually(self._at_rest, within)
        return self._ask()

    def hold(self, within: float) -> tuple[Stats, Footprint]:
        """As wait(), and the Footprint of then: no daemon was started in between."""
        for _ in range(_TRIES):
            stats, footprint = self.wait(within), Footprint.of(self._server.pid)
            if self._stats()["daemon spawns"] == stats["daemon spawns"]:
                break
        return stats, footprint

    def _ask(self) -> Stats:
        self.asked_ns = time.monotonic_ns()
        return self._stats()

    def _at_rest(self) -> Stats | None:
        self._histories.started()  # Takes long after much load: not after the statistics.
        stats, n = self._ask(), self._histories.promises.num_daemons
        rests = (stats.in_flight == 0 and stats["clients open"] == 0
                 and stats["daemon S_AVAILABLE"] == n and stats["daemon S_STOPPING"] == 0
                 and stats["daemon spawns"] == n + ended(stats)
                 and self._histories.started().issuperset(self._server.daemon_pids())
                 and all(proc.state(pid) is None for pid in self._histories.ending()))
        return stats if rests else None

"""Class EndingStage: a pool in which each daemon has a fault of its own for when it is stopped."""

import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..deadline import eventually
from ..fake_daemon import FakeEvidence
from ..iotcpd import Iotcpd
from ..program import StrPath
from ..stats import load_json
from ..traffic import unique_request
from . import evidence
from .cells import Cell

_GATE = "work"
_LOGGED = ("killed by signal", "exited with", "stderr: ")
_CONDEMNING = "extra-line(stray)"  #: makes a daemon be stopped that serves


class EndingStage:
    """All cells of a state at once, a daemon for each: stopping takes its time. Every daemon has a request to
    finish when the signal comes; or it says too much with its reply. `check(cell)` is the verdict on one,
    after `play()`."""

    def __init__(self, binary: Sequence[str], fake_binary: str, folder: StrPath, state: str,
                 cells: Iterable[Cell]) -> None:
        self._cells = {cell: worker for worker, cell in enumerate(cells)}
        self.state = state
        self.daemon = FakeEvidence(fake_binary, folder, fault=list(self._faults()))
        self._count = len(self._cells)
        self._stats_file = f"{folder}/ending.json"
        options = {"queue_timeout": "20s", "busy_timeout": "20s", "drain_timeout": "20s",
                   "alarm_interval": "10ms", "stats_file": self._stats_file}
        self.server = Iotcpd([*binary, "--daemon", str(self.daemon), "-n", str(self._count),
                              "-i", "127.0.0.1", "-p", "0"], str(folder), options=options)
        self.server.expect_log(*_LOGGED).wait_ready()
        if self._condemns:
            self.server.expect_log("condemned: stray-output")

    @property
    def _condemns(self) -> bool:
        return self.state == "stopping when condemned"

    @property
    def _drains(self) -> bool:
        return self.state == "stopping on drain"

    def _faults(self) -> Iterator[str]:
        for cell, worker in self._cells.items():
            scope = f"(worker {worker}, incarnation 1)"
            yield f"after-read{scope} = 1* hold({_GATE})"
            if self._condemns:
                yield f"before-reply{scope} = 1* {_CONDEMNING}"
            yield cell.fault.term(scope)
            if cell.fault.place == "on-term":  # it has to live on when its input ends
                yield f"on-eof{scope} = hang"

    def play(self) -> None:
        """Requests at work, the signal, their end, and the end of all daemons that were stopped."""
        requests = [unique_request() for _ in self._cells]
        self.server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == self._count)
        clients = [self.server.client().send(request) for request in requests]
        self.daemon.wait_held(_GATE, self._count, within=20)
        if not self._condemns:
            self.server.signal(signal.SIGTERM if self._drains else signal.SIGHUP)
            self.server.wait_log("draining" if self._drains else "refresh started")
        self.daemon.release(_GATE)
        for client, request in zip(clients, requests):
            assert client.recv_to_eof() == request, f"{request!r} was at work at the signal"
            client.close()
        if self._drains:
            self._end()
        else:
            self._go_on()

    def _end(self) -> None:
        assert self.server.wait_exit(within=20) == 0
        stats = load_json(self._stats_file)
        self._assert_harmless(stats, {label: value for label, value in stats.items()
                                      if label.startswith("condemned ") and value})

    def _go_on(self) -> None:
        """The pool serves again, in full number; when they are condemned, before the old ones have gone."""
        if self._condemns:
            self.server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == self._count
                                   and stats["daemon S_STOPPING"] > 0)
        else:
            self.server.wait_log("refresh done", within=20)
        stats = self.server.wait_stats(lambda stats: stats["daemon S_STOPPING"] == 0, within=20)
        assert stats["daemon S_AVAILABLE"] == self._count
        assert stats["daemon spawns"] == 2 * self._count
        self._assert_harmless(stats, stats.causes("condemned"))
        for _ in range(self._count):
            request = unique_request()
            assert self.server.ask(request) == request

    def _assert_harmless(self, stats: Mapping[str, Any], condemned: Mapping[str, int]) -> None:
        """Whatever it does when it is stopped, it is neither dead nor condemned for it, and costs nobody."""
        assert (stats["queries replied"], stats["queries total"]) == (self._count, self._count)
        assert (stats[evidence.DEATHS], condemned) == (
            0, {"stray-output": self._count} if self._condemns else {})

    def check(self, cell: Cell) -> None:
        """The fault of this cell has fired, and its daemon has ended as the cell says."""
        worker = self._cells[cell]
        mine = {"worker": worker, "incarnation": 1}
        fired = [line for line in self.daemon.journal("fault", action=cell.fault.name, **mine)
                 if line["point"] == cell.fault.place]
        assert fired, f"{cell} never fired"
        ends = [line["reason"] for line in self.daemon.journal("exit", **mine)] or ["killed"]
        assert ends == [cell.promise.ends], f"{cell}: it ended by {ends}"
        eventually(lambda: fired[0]["pid"] not in self.server.daemon_pids(), 5, "it is gone")

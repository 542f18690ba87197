"""Class Stage: one cell of the matrix after the other is played in it."""

import contextlib

from .. import proc
from ..deadline import eventually
from ..stats import Stats
from . import evidence
from .backstage import Backstage
from .cells import Cell, Outcome
from .evidence import assert_outcome
from .table import AFTERWARDS


class Stage(Backstage):
    """The scenes of the states in which a daemon is at work, or about to be."""

    def play(self, cell: Cell) -> None:
        """The cell, from a pool at rest to one that serves again. AssertionError when anything is not
        as the cell says."""
        before = self._rest()
        scene = {"starting": self._start_anew, "probing": self._start_anew,
                 "sharing": self._share}.get(cell.state, self._arm_and_ask)
        with contextlib.ExitStack() as self._clients:
            self._pid, self._incarnation = self._running()
            scene(cell)
            self._arm_successor([])
        self._recover(cell)
        eventually(lambda: self._promised(cell, before), 3, f"{cell}: the counters")
        assert self._fired(cell), f"{cell} never fired"

    def _promised(self, cell: Cell, before: Stats) -> bool:
        evidence.assert_promised(cell, before, self.server.stats().check_law())
        return True

    # -- the scenes ---------------------------------------------------------------------------

    def _arm_and_ask(self, cell: Cell) -> None:
        """idle, serving, resting: the fault is armed in the daemon that runs, and a request meets it."""
        gate = next(self._gates)
        if cell.queue != "empty":
            place = "before-reply" if cell.fault.place in AFTERWARDS else cell.fault.point
            self._arm(f"{place} = 1* hold({gate})")
        self._arm(cell.fault.term())
        if cell.queue == "pipelined":
            self._meet_a_pipeline(cell, gate)
            return
        first = self._send()
        if cell.state == "idle":
            assert_outcome(cell, Outcome.ECHO, first.request, first.reply())
            self._wait_effect(cell)
            self._pass_its_gate(cell)
            self._ask(cell, cell.promise.client)
            return
        later = self._fill_queue(gate) if cell.queue == "full" else None
        if later:
            self.daemon.release(gate)
        self._end_scene(cell, first, later)

    def _meet_a_pipeline(self, cell: Cell, gate: str) -> None:
        """One for the daemon, one for the queue, one too many, which is told so in its turn."""
        first, later, surplus = self._pipeline(3)
        self.daemon.wait_held(gate)
        self._wait(lambda stats: stats["queue depth"] == 1)
        self.daemon.release(gate)
        self._end_scene(cell, first, later)
        self._assert_refused(surplus)

    def _share(self, cell: Cell) -> None:
        """sharing: another request is held before its reply until the fault has had its effect."""
        gate = next(self._gates)
        self._arm(f"before-reply = 1* hold({gate})")
        other = self._send()
        self.daemon.wait_held(gate)
        self._arm(cell.fault.term())
        first = self._send()
        self._pass_its_gate(cell)
        assert_outcome(cell, cell.promise.client, first.request, first.reply())
        self._wait_effect(cell)
        self.daemon.release(gate)
        assert_outcome(cell, cell.promise.later, other.request, other.reply())

    def _start_anew(self, cell: Cell) -> None:
        """starting, probing: the fault meets the successor of the daemon that runs."""
        gate, full = next(self._gates), cell.queue == "full"
        scope = f"(incarnation {self._incarnation + 1})"
        place = "before-reply" if cell.fault.place in AFTERWARDS else cell.fault.point
        holds = [f"{place}{scope} = 1* hold({gate})"] if full else []
        self._arm_successor([*holds, cell.fault.term(scope)])
        proc.kill_quietly(self._pid)
        if not full:
            self._pass_its_gate(cell)
            self._wait_effect(cell)
            self._ask(cell, cell.promise.client)
            self._end_later(cell, None)
            return
        self.daemon.wait_held(gate)
        first, later = self._send(), None
        if cell.state == "starting":  # it is handed to the one that starts
            self._wait(lambda stats: stats["daemon S_BUSY"] == 1)
            later = self._fill_queue(gate)
        else:
            self._wait(lambda stats: stats["queue depth"] == 1)
            self._overflow()
        self.daemon.release(gate)
        self._end_scene(cell, first, later)

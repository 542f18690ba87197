"""Class Backstage: a redirector with one daemon, and what the scenes of the matrix are made of."""

import contextlib
import itertools
import os
import pathlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..deadline import eventually, scaled
from ..fake_daemon import FakeEvidence
from ..iotcpd import Iotcpd
from ..program import StrPath
from ..stats import Stats
from ..traffic import ERROR_REPLY, unique_request
from . import evidence
from .asked import Asked
from .cells import Cell, Outcome
from .evidence import assert_outcome
from .table import MAX_REPLY

_BUSY_S = 0.3       #: busy-timeout where a cell has a timeout in it
_PATIENT_S = 20.0   #: and where none has
_SETTLE_S = 0.06
_AGAIN = 2          #: requests in a row that must be answered afterwards

_LOGGED = ("condemned: ", "killed by signal", "exited with", "keeps dying", "probe", "stderr: ")


class Backstage:
    """For the cells of one state; `impatient` for those with a timeout, `kept` for those over connections
    that are. The fault of a cell is armed in the daemon that runs, or through a profile in the one that comes
    after it."""

    def __init__(self, binary: Sequence[str], fake_binary: str, folder: StrPath, state: str,
                 impatient: bool, kept: bool) -> None:
        self._state = state
        self._profile = pathlib.Path(folder) / f"{state}-{impatient}.profile"
        self._arm_successor([])
        sharing = state == "sharing"
        self.daemon = FakeEvidence(fake_binary, folder, profile=self._profile,
                                   personality="squid-channel" if sharing else "echo")
        busy_s = scaled(_BUSY_S) if impatient else _PATIENT_S
        options: dict[str, Any] = {
            "queue_size": 1, "queue_timeout": f"{_PATIENT_S:g}s", "busy_timeout": f"{busy_s:g}s",
            "alarm_interval": "20ms", "max_reply": MAX_REPLY}
        if state == "probing":
            options |= {"probe": "ping", "probe_expect": "^ping$"}
        if sharing:
            options["concurrency"] = 2
        if kept:
            options["keep_alive"] = True
        if state == "resting":
            options["settle"] = f"{scaled(_SETTLE_S):g}s"
        self.server = Iotcpd([*binary, "--daemon", str(self.daemon), "-n", "1", "-i", "127.0.0.1", "-p", "0"],
                             str(folder), options=options).expect_log(*_LOGGED).wait_ready()
        self._gates = (f"gate{number}" for number in itertools.count())
        self._clients = contextlib.ExitStack()
        self._pid = self._incarnation = 0  #: of the daemon that runs when a scene begins
        self._seen_before = self._held_before = 0

    def _arm(self, fault: str) -> None:
        # It may be given requests before it has come as far as its control socket.
        self.daemon.wait_journal("start", pid=self._pid, within=10.0)
        self.daemon.control_of(self._pid, f"fault {fault}")

    def _arm_successor(self, faults: Iterable[str]) -> None:
        fresh = self._profile.with_suffix(".new")
        fresh.write_text("".join(f"fault = {fault}\n" for fault in faults))
        os.replace(fresh, self._profile)

    def _send(self) -> Asked:
        (asked,) = self._pipeline(1)
        return asked

    def _pipeline(self, count: int) -> list[Asked]:
        """So many requests of one client, in one write."""
        requests = [unique_request() for _ in range(count)]
        client = self._clients.enter_context(self.server.client()).send(b"".join(requests)).half_close()
        return [Asked(client, request, shared=request is not requests[-1]) for request in requests]

    def _ask(self, cell: Cell, outcome: Outcome) -> None:
        asked = self._send()
        assert_outcome(cell, outcome, asked.request, asked.reply())

    def _fill_queue(self, gate: str) -> Asked:
        """With a request held at the gate: one that is queued, and one too many."""
        self.daemon.wait_held(gate)
        later = self._send()
        self._wait(lambda stats: stats["queue depth"] == 1)
        self._overflow()
        return later

    def _overflow(self) -> None:
        self._assert_refused(self._send())

    def _assert_refused(self, asked: Asked) -> None:
        assert asked.reply() == ERROR_REPLY, "not refused by the full queue"

    def _pass_its_gate(self, cell: Cell) -> None:
        """The fault of the cell itself may be a hold."""
        if cell.fault.name == "hold":
            self.daemon.wait_held("gate", self._held_before + 1)
            self.daemon.release("gate", 1)

    def _end_scene(self, cell: Cell, first: Asked, later: Asked | None) -> None:
        """What becomes of the request that met the fault, and of the one that waits behind it."""
        self._pass_its_gate(cell)
        assert_outcome(cell, cell.promise.client, first.request, first.reply())
        self._wait_effect(cell)
        self._end_later(cell, later)

    def _end_later(self, cell: Cell, later: Asked | None) -> None:
        if later is None:
            if cell.state in ("serving", "resting"):
                self._ask(cell, cell.promise.later)
            return
        assert_outcome(cell, cell.promise.later, later.request, later.reply())
        if cell.state == "resting" and cell.promise.condemned and cell.promise.at_once:
            # What a daemon does while it rests, it does before anybody is given to it again.
            readers = self.daemon.wait_journal("recv", token=later.request.split()[0].decode())
            assert all(line["incarnation"] > self._incarnation for line in readers), f"{cell}: not rested"

    def _wait_effect(self, cell: Cell) -> None:
        """Until the fault has fired, and what the redirector sees by itself has been seen."""
        eventually(lambda: self._fired(cell), 5, f"{cell} fires")
        if cell.promise.condemned and cell.promise.at_once:
            before = self._seen_before
            self._wait(lambda stats: evidence.ends_of_daemons(stats) - before >= 1 + self._kills(cell))

    def _kills(self, cell: Cell) -> bool:
        """Whether the daemon that ran was killed to make room for the one with the fault."""
        return cell.state in ("starting", "probing")

    def _recover(self, cell: Cell) -> None:
        """Requests in a row that are all answered: the pool serves again."""
        for _ in range(_AGAIN):
            with contextlib.ExitStack() as self._clients:
                self._ask(cell, Outcome.ECHO)

    def _rest(self) -> Stats:
        """Until the pool is at rest: its statistics then."""
        stats = self._wait(lambda stats: stats["daemon S_AVAILABLE"] == 1 and stats.in_flight == 0)
        self._seen_before = evidence.ends_of_daemons(stats)
        self._held_before = len([line for line in self.daemon.journal("fault", action="hold")
                                 if "hold(gate)" in line["fault"]])
        return stats

    def _running(self) -> tuple[int, int]:
        (register,) = self.server.registers().values()
        return register["daemon_pid"], register["incarnation"]

    def _fired(self, cell: Cell) -> list[dict[str, Any]]:
        incarnation = self._incarnation + self._kills(cell)
        return [line for line in self.daemon.journal("fault", incarnation=incarnation, action=cell.fault.name)
                if line["point"].partition("(")[0] == cell.fault.place
                and (cell.fault.name != "hold" or cell.fault.action in line["fault"])]

    def _wait(self, condition: Callable[[Stats], object]) -> Stats:
        return self.server.wait_stats(condition)

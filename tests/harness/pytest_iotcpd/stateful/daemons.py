"""Class Daemons: those of a pool, as steps name them."""

import contextlib
import signal

from .. import proc
from ..fake_daemon import FakeEvidence
from ..history import CheckedRun

_CONTROL_S = 1.0


class Daemons:
    """A step names a daemon by any number; it means nobody when there is nobody. `run` is told what is
    done to them."""

    def __init__(self, run: CheckedRun, evidence: FakeEvidence) -> None:
        self._run, self._evidence = run, evidence
        self._stopped: list[int] = []

    def stop(self, number: int) -> None:
        for pid in self._chosen(number):
            self._stopped.append(pid)
            self._run.stop_daemon(pid)

    def continue_all(self) -> None:
        while self._stopped:
            proc.kill_quietly(self._stopped.pop(), signal.SIGCONT)

    def kill(self, number: int) -> None:
        for pid in self._chosen(number):
            self._run.kill_daemon(pid)

    def control(self, command: str) -> None:
        """To all that can hear it."""
        for pid in set(self._run.started_pids()).difference(self._stopped):
            with contextlib.suppress(OSError):
                self._evidence.control_of(pid, command, _CONTROL_S)

    def _chosen(self, number: int) -> list[int]:
        """The pid that is meant, in a list."""
        pids = self._run.started_pids()
        return pids and [pids[number % len(pids)]]

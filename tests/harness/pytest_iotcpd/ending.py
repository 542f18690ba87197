"""The end of a program under test, and the proof that nothing of it is left.

Every process of its family carries a mark in its environment, so that an orphan is found wherever
it was re-parented, and who was seen among its descendants is known without; since the test process is
a subreaper, zombies end up as its own children.
"""

import os
import signal
import subprocess
from collections.abc import Collection

from . import proc
from .deadline import eventually, scaled

MARK = "PYTEST_IOTCPD_MARK"
#: Signals with a meaning of their own: to die of one is a crash, even when a test has sent it.
_HANDLED_SIGNALS = {signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2,
                    signal.SIGALRM, signal.SIGPIPE, signal.SIGCHLD}


class Ending:
    """Ends `process` (a Popen in a group of its own) and collects what was wrong with that. Told to end, it
    may do so with one of these exit codes; with any if `codes` is None."""

    def __init__(self, process: subprocess.Popen[bytes], mark: str,
                 codes: Collection[int] | None = None) -> None:
        self._process, self._codes = process, codes
        self._mark = mark
        self._ever_seen: dict[int, int | None] = {}  # pid: when it started
        self._grandchildren: set[int] = set()
        self.sent_signals: set[int] = set()

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, signal_number: int) -> None:
        self.sent_signals.add(int(signal_number))
        self._process.send_signal(signal_number)

    def family(self) -> list[int]:
        """Every live process that descends from it, even when re-parented; without itself."""
        pid = self._process.pid
        pids = set(proc.pids_with_environment(MARK, self._mark)) | set(proc.descendants(pid))
        pids.discard(pid)
        self._remember(pids)
        self._grandchildren |= {member for member in pids if proc.parent(member) != pid}
        return sorted(pids)

    def _remember(self, pids: set[int]) -> None:
        self._ever_seen |= {pid: proc.start_ticks(pid) for pid in pids}

    def shut_down(self) -> list[str]:
        """End it whatever its state; returns sentences on what was wrong."""
        self.family()
        faults = []
        if self._process.poll() is None:
            faults += self._zombie_faults()
            faults += self._end_by_signals()
        return faults + self._crash_faults() + self._orphan_faults()

    def _was_killed_by_test(self) -> bool:
        return int(signal.SIGKILL) in self.sent_signals

    def _zombie_faults(self) -> list[str]:
        pid = self._process.pid
        try:
            eventually(lambda: self._process.poll() is not None or not proc.zombies(pid), 2.0)
        except AssertionError:
            return [f"zombies while it ran: {proc.zombies(pid)}"]
        return []

    def _end_by_signals(self) -> list[str]:
        for patience_s in (1.0, 6.0):
            self.send(signal.SIGTERM)
            try:
                self._process.wait(scaled(patience_s))
                return self._code_faults()
            except subprocess.TimeoutExpired:
                pass
        self.sent_signals.add(int(signal.SIGKILL))
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        return ["it did not end on a second TERM"]

    def _code_faults(self) -> list[str]:
        code = self._process.returncode
        if self._codes is None or code < 0 or code in self._codes:
            return []
        return [f"it ended with exit code {code} after TERM"]

    def _crash_faults(self) -> list[str]:
        code = self._process.returncode
        if code < 0 and (-code not in self.sent_signals or -code in _HANDLED_SIGNALS):
            return [f"it was killed by {signal.Signals(-code).name}"]
        return []

    def _orphan_faults(self) -> list[str]:
        try:
            eventually(lambda: not self._remnants(reap=self._was_killed_by_test()), 3.0)
            return []
        except AssertionError:
            left = self._remnants()
        faults = [f"left behind: pid {pid} {proc.command_line(pid) or '(zombie)'}" for pid in left]
        for pid in left:
            proc.kill_quietly(pid)
        eventually(lambda: not self._remnants(reap=True), 3.0, what="orphans are gone")
        return faults

    def _remnants(self, reap: bool = False) -> list[int]:
        """Live members of the family, and its zombies, which by now are our children."""
        alive = {pid for pid, start in self._ever_seen.items()
                 if proc.alive(pid) and proc.start_ticks(pid) == start}
        alive |= set(proc.pids_with_environment(MARK, self._mark)) - {self._process.pid}
        self._remember(alive)
        # Children of daemons that have ended are nobody's but ours to reap.
        for pid in self._grandchildren - alive:
            proc.reap_quietly(pid)
        zombies = {pid for pid in self._ever_seen
                   if proc.state(pid) == "Z" and proc.parent(pid) == os.getpid()}
        if reap:
            zombies = {pid for pid in zombies if not proc.reap_quietly(pid)}
        return sorted(alive | zombies)

"""Class Histories: reads the three histories, joins them by token, and drops what was checked."""

import os
import time
from collections.abc import Sequence
from typing import Any

from ..journal_lines import unspoilt
from .incarnations import Incarnations
from .line_tail import LineTail
from .records import JournalLine, TraceLine, objects
from .recording_client import SEGMENT_LIMIT, ClientHistory
from .segment import Operation, Promises, Segment
from .stray_sightings import StraySightings


def _babbles(line: JournalLine) -> bool:
    """A fault that adds a line in the reply's own write."""
    return line.point == "before-reply" and line.action in ("extra-line", "duplicate")


class Histories:
    """`clients` is written by the clients, the other two are files. One thread cuts."""

    def __init__(self, promises: Promises, trace_path: str | os.PathLike[str],
                 journal_path: str | os.PathLike[str], limit: int = SEGMENT_LIMIT,
                 keep_files: bool = False) -> None:
        self.promises = promises
        self.clients = ClientHistory(limit)
        self.incarnations = Incarnations()
        self._trace, self._journal = LineTail(trace_path), LineTail(journal_path)
        self._keep_files = keep_files
        self._last_sample: dict[str, Any] = {}
        self._earlier_tokens: frozenset[str] = frozenset()
        self._journalled: list[JournalLine] = []

    def cut(self, samples: Sequence[dict[str, Any]], **facts: Any) -> Segment:
        """The segment that ends now. To be called at rest: no query in flight, no daemon at work.

        `samples` are the statistics of it in order; `facts` go into the Segment as they are.
        """
        segment = Segment(self.promises, self._invoked(), incarnations=self.incarnations,
                          samples=[self._last_sample, *samples],
                          cut_ns=time.monotonic_ns(), **facts)
        self._last_sample = samples[-1]
        for traced in map(TraceLine.of, objects(self._trace.lines())):
            self._join_trace(segment, traced)
        for told in self._read_journal():
            self._join_journal(segment, told)
        self._journalled = []
        self._note_poison(segment)
        self._earlier_tokens = frozenset(segment.operations)
        self.incarnations.count_deaths(segment.refreshes)
        return segment

    def ending(self) -> set[int]:
        """Processes that have ended by themselves, or have said more than they were asked, since
        the last cut: sooner or later the redirector has done with them."""
        return {line.daemon.pid for line in self._read_journal()
                if line.event in ("exit", "stray") or _babbles(line)}

    def started(self) -> set[int]:
        """Pids of the processes that have told of their start."""
        return ({incarnation.daemon.pid for incarnation in self.incarnations.all()}
                | {line.daemon.pid for line in self._read_journal() if line.event == "start"})

    def _read_journal(self) -> list[JournalLine]:
        self._journalled += map(JournalLine.of, objects(unspoilt(self._journal.lines())))
        return self._journalled

    def drop(self) -> None:
        """The segment has been checked: its lines are not needed any more, on disk neither."""
        if not self._keep_files:
            self._trace.forget()
            self._journal.forget()
        self.incarnations.forget_old()

    def _invoked(self) -> dict[str, Operation]:
        operations: dict[str, Operation] = {}
        for record in self.clients.take():
            operations.setdefault(record.token, Operation(record.token)).client.append(record)
        return operations

    @staticmethod
    def _join_trace(segment: Segment, line: TraceLine) -> None:
        operation = segment.operations.get(line.token or "")
        if operation:
            operation.trace.append(line)
        else:
            segment.strangers.append(line)

    def _join_journal(self, segment: Segment, line: JournalLine) -> None:
        if line.event == "start":
            self.incarnations.start(line.daemon, line.t_ns)
        elif line.event == "exit":
            self._note_exit(line)
        elif line.event == "stray":
            segment.strays.append(line)
        elif line.event == "fault":
            segment.faults.append(line)
        if line.event in ("recv", "reply") or line.token:
            self._join_request(segment, line)

    def _note_exit(self, line: JournalLine) -> None:
        incarnation = self.incarnations.get(line.daemon)
        if incarnation:
            incarnation.ended_ns, incarnation.reason = line.t_ns, line.reason

    def _join_request(self, segment: Segment, line: JournalLine) -> None:
        operation = segment.operations.get(line.token or "")
        if not operation:
            # What a daemon does after its request has been decided may be told after the cut.
            probe = self.promises.probed and line.token is None
            late = line.event != "recv" and line.token in self._earlier_tokens
            if not probe and not late:
                segment.strangers.append(line)
            return
        {"recv": operation.received, "reply": operation.replied,
         "fault": operation.faults}[line.event].append(line)

    def _note_poison(self, segment: Segment) -> None:
        """From when on a process must serve no more: both clocks are the same."""
        for operation, line in segment.traces():
            incarnation = self.incarnations.get(line.daemon)
            if not incarnation:
                continue
            # One whose client had left by then has served, too.
            incarnation.served |= line.outcome == "replied" or (
                line.outcome == "unknown" and any(reply.daemon == line.daemon
                                                  for reply in operation.replied))
            if line.cause in ("busy-timeout", "oversize-reply"):
                incarnation.poison(line.decided_ns, line.cause)
            elif line.outcome == "replied" and any(map(_babbles, operation.faults)):
                incarnation.poison(line.decided_ns, "stray-output")
        sightings = StraySightings(segment)
        for stray in segment.strays:
            incarnation, seen_ns = self.incarnations.get(stray.daemon), sightings.seen_ns(stray)
            if incarnation and seen_ns is not None:
                incarnation.poison(seen_ns, "stray-output")

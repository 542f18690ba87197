"""Each fault has the effect that belongs to it: at the client, in the trace, in the statistics."""

import re
from collections.abc import Iterator, Mapping, Set

from .. import records
from ..records import DaemonName, JournalLine, TraceLine
from ..segment import Operation, Promises, Segment
from ..verdict import Checker, Violation

Daemons = Set[DaemonName | None]

_BEFORE_REPLY = ("after-read", "before-reply", "mid-reply")
_ENDS = ("exit", "kill", "abort", "close-stdout")
_SILENT = ("hang", "drop", "truncate", "no-newline")
_SLOW = ("sleep", "spin", "dribble", "hold")
_UNITS_S = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_CONSTANT_TIME = re.compile(r"(?:sleep|spin)\(([0-9.]+)(ns|us|ms|s|m|h)\)$")
_SIZE = re.compile(r"oversize\((\d+)B?\)$")

#: Outcomes in the trace that a client's outcome may stand for. A client that has left, or was not
#: patient enough, does not know.
_SEEN_AS = {records.REPLY: {"replied"}, records.ERROR_REPLY: {"timeout", "failed"},
            records.RESET: {"unknown"}}


def effect(fault: JournalLine, promises: Promises) -> tuple[str, str] | None:
    """(outcome, cause) of the query that meets this fault, None when it need not notice."""
    if fault.point not in _BEFORE_REPLY:
        return None
    if fault.action in _ENDS:
        return "failed", "daemon-death"
    if fault.action in _SILENT or _sleeps_too_long(fault, promises):
        return "timeout", "busy-timeout"
    size = _SIZE.search(fault.fault or "")
    if size and int(size[1]) > promises.max_reply:
        return "failed", "oversize-reply"
    return None


def _sleeps_too_long(fault: JournalLine, promises: Promises) -> bool:
    time = _CONSTANT_TIME.search(fault.fault or "")
    return time is not None and float(time[1]) * _UNITS_S[time[2]] * 1e9 > promises.late_ns(
        promises.busy_timeout_s)


def _timed_out(line: TraceLine, promises: Promises) -> bool:
    """The busy timeout had really passed: then the daemon may have been too late with its fault."""
    return (line.cause == "busy-timeout"
            and line.decided_ns - line.handed_out_ns >= promises.busy_timeout_s * 1e9)


class CauseEquality(Checker):
    """Each fault in the journal has its class and its cause in the trace and at the client, one of
    them where several have met one request; and no death or oversize reply is in the trace that no
    daemon tells of."""

    name = "cause equality"

    def check(self, segment: Segment) -> list[Violation]:
        closed = {fault.daemon for fault in segment.faults
                  if fault.action in ("close-stdout", "close-stdin")}
        return [violation for operation in segment.operations.values()
                for violation in (*self._of_fault(segment, operation),
                                  *self._unfounded(segment, operation, closed),
                                  *self._of_client(operation))]

    def _of_fault(self, segment: Segment, operation: Operation) -> Iterator[Violation]:
        effective = [(fault, met) for fault in operation.faults
                     if (met := effect(fault, segment.promises))]
        if not effective:
            return
        expected = [met for _, met in effective]
        if any(fault.action in _SILENT for fault, _ in effective):  # and what it does then is seen
            expected += [("failed", "daemon-death") for fault in operation.faults
                         if fault.point == "after-reply" and fault.action in _ENDS]
        first_ns = min(fault.t_ns for fault, _ in effective)
        slow = any(fault.action in _SLOW for fault in operation.faults)
        left = any(record.outcome == records.LEFT for record in operation.client)
        for line in operation.trace:
            if (self._test_was_first(segment, line) or left and line.outcome == "unknown"
                    or self._another_was_first(segment, line)):
                continue
            # Slow, or it came to its fault too late: a process under sanitizers takes long to start.
            too_late = slow or first_ns >= line.decided_ns - segment.promises.tick_s * 1e9
            if too_late and _timed_out(line, segment.promises):
                continue
            if (line.outcome, line.cause) not in expected:
                yield self.violation(
                    f"{operation.faults[0].fault} ended as {line.outcome} {line.cause}, "
                    f"not {' '.join(expected[0])}", operation,
                    daemons=(operation.faults[0].daemon,), times_ns=(line.decided_ns,),
                    timing=_timed_out(line, segment.promises))

    @staticmethod
    def _test_was_first(segment: Segment, line: TraceLine) -> bool:
        """The test itself has killed or stopped the daemon before its fault had its effect."""
        meddled = {"daemon-death": segment.killed, "busy-timeout": segment.stopped}
        return line.daemon is not None and line.daemon.pid in meddled.get(line.cause or "", ())

    @staticmethod
    def _another_was_first(segment: Segment, line: TraceLine) -> bool:
        """Another request has cost them the daemon that both had."""
        return segment.promises.concurrency > 1 and line.cause == "daemon-death"

    def _unfounded(self, segment: Segment, operation: Operation,
                   closed: Daemons) -> Iterator[Violation]:
        for line in operation.trace:
            if line.cause == "oversize-reply":
                founded = any(fault.action == "garbage" or effect(fault, segment.promises) == (
                    "failed", "oversize-reply") for fault in operation.faults)
            elif line.cause == "daemon-death" and line.daemon:
                founded = line.daemon in closed or self._ended(segment, line.daemon)
            else:
                continue
            if not founded:
                yield self.violation(f"{line.cause}, of which its daemon tells nothing", operation,
                                     daemons=(line.daemon,), times_ns=(line.decided_ns,))

    @staticmethod
    def _ended(segment: Segment, daemon: DaemonName) -> bool:
        incarnation = segment.incarnations.get(daemon)
        return (incarnation is None or incarnation.reason is not None
                or daemon.pid in segment.killed)

    def _of_client(self, operation: Operation) -> Iterator[Violation]:
        for record in operation.client:
            if record.sent_ns is None:  # it was answered while it still sent, which may cost it the answer
                continue
            accepted = _SEEN_AS.get(record.outcome)
            for line in operation.trace:
                if accepted and line.outcome not in accepted:
                    yield self.violation(
                        f"the client got {record.outcome}, the trace says {line.outcome}",
                        operation, times_ns=(record.ended_ns, line.decided_ns))


class CondemnedCount(Checker):
    """As many daemons are condemned, for each cause, as have given it."""

    name = "cause equality"

    def check(self, segment: Segment) -> list[Violation]:
        causes = {"condemned timeout": self._timed_out(segment),
                  "condemned stray-output": self._strayed(segment),
                  "condemned unknown-id": self._misnumbered(segment),
                  "condemned oversize-reply": self._oversize(segment)}
        found = [violation for label, daemons in causes.items()
                 for violation in self._compare(segment, label, *daemons)]
        return found or list(self._compare_all(segment, {
            label: surely for label, (surely, _) in causes.items()}))

    def _compare(self, segment: Segment, label: str, surely: Daemons,
                 perhaps: Daemons) -> Iterator[Violation]:
        """`surely` have been condemned for it; `perhaps` something else came first."""
        count = segment.grown(label)
        least, most = max(len(surely) - self._retired(segment), 0), len(surely | perhaps)
        if not least <= count <= most:
            yield self.violation(f"{label} grew by {count}, the histories have {least} to {most}",
                                 daemons=tuple(surely | perhaps)[:8])

    def _compare_all(self, segment: Segment, surely: Mapping[str, Daemons]) -> Iterator[Violation]:
        """A daemon that was retired is missing of the causes that it has given, and of no other's. Any of
        the others is counted once at least."""
        daemons = frozenset[DaemonName | None]().union(*surely.values())
        least = len(daemons) - self._retired(segment)
        count = sum(min(segment.grown(label), len(of)) for label, of in surely.items())
        if count < least:
            yield self.violation(f"{', '.join(surely)} grew by {count} for what the histories are sure of, "
                                 f"which is at least {least}", daemons=tuple(daemons)[:8])

    @staticmethod
    def _retired(segment: Segment) -> int:
        """So many may have given the cause when they were in another counter: with several requests a daemon
        that is refreshed or recycled still has those that it was given before."""
        return segment.grown("daemon retired") if segment.promises.concurrency > 1 else 0

    @staticmethod
    def _timed_out(segment: Segment) -> tuple[Daemons, Daemons]:
        """Of a daemon whose client had left the histories do not tell how long it took."""
        surely = {line.daemon for _, line in segment.traces() if line.outcome == "timeout"}
        perhaps = {line.daemon for _, line in segment.traces()
                   if line.outcome == "unknown" and line.daemon}
        return surely, perhaps

    @staticmethod
    def _strayed(segment: Segment) -> tuple[Daemons, Daemons]:
        strayed = {line.daemon for line in segment.strays}
        strayed |= {fault.daemon for fault in segment.faults if fault.point == "before-reply"
                    and fault.action in ("extra-line", "duplicate")}
        other = {line.daemon for _, line in segment.traces() if line.outcome in (
            "timeout", "failed", "unknown")}
        other |= {name for name in strayed if (found := segment.incarnations.get(name))
                  and found.died_by_itself()}
        return strayed - other, strayed

    @staticmethod
    def _misnumbered(segment: Segment) -> tuple[Daemons, Daemons]:
        """Whatever else has cost it its requests may have come first."""
        perhaps = {line.daemon for line in segment.strays}
        perhaps |= {fault.daemon for fault in segment.faults
                    if fault.action in ("wrong-id", "extra-line", "duplicate", "garbage")}
        return set(), perhaps

    @staticmethod
    def _oversize(segment: Segment) -> tuple[Daemons, Daemons]:
        surely = {line.daemon for _, line in segment.traces() if line.cause == "oversize-reply"}
        perhaps = {fault.daemon for fault in segment.faults
                   if fault.action in ("oversize", "garbage")}
        return surely, perhaps

"""Who serves: each reply has one process behind it, that one thing at a time and no more once it
has failed."""

from collections import defaultdict
from collections.abc import Iterator

from .. import records
from ..records import DaemonName, TraceLine
from ..segment import Operation, Segment
from ..verdict import Checker, Violation

#: What happens in one pass of a redirector's loop bears the time of its beginning.
_PASS_NS = 1_000_000
#: So long a pass may last where others have the processor.
_HELD_UP_NS = 50_000_000


class Attribution(Checker):
    """Each reply maps to one process that was alive, and that has had the request."""

    name = "attribution"

    def check(self, segment: Segment) -> list[Violation]:
        found = [self.violation("a reply of which no daemon has had the request", operation,
                                times_ns=(record.ended_ns,))
                 for operation, record in segment.clients()
                 if record.outcome == records.REPLY and not operation.received]
        for operation, line in segment.traces():
            if line.outcome == "replied" and operation.received:
                found += self._of_reply(segment, operation, line)
        return found

    def _of_reply(self, segment: Segment, operation: Operation, line: TraceLine) -> Iterator[Violation]:
        evidence = {"daemons": (line.daemon, *(seen.daemon for seen in operation.received)),
                    "times_ns": (line.handed_out_ns, operation.received[0].t_ns, line.decided_ns)}
        witnesses = [seen for seen in operation.received if seen.daemon == line.daemon]
        incarnation = segment.incarnations.get(line.daemon)
        if not witnesses or line.daemon is None:
            yield self.violation("the trace names a process that has not had it", operation,
                                 **evidence)
        elif incarnation is None:
            yield self.violation("by a process that was never started", operation, **evidence)
        elif not (max(incarnation.started_ns, line.handed_out_ns) <= witnesses[0].t_ns
                  <= line.decided_ns):
            yield self.violation("start or hand-out, receipt and outcome are out of order",
                                 operation, **evidence)
        elif incarnation.ended_ns is not None and incarnation.ended_ns < witnesses[0].t_ns:
            yield self.violation("by a process that had ended", operation, **evidence)


class PoisonedDaemons(Checker):
    """After a timeout, a stray line or too long a reply, a process is handed nothing more."""

    name = "poisoned daemons"

    def check(self, segment: Segment) -> list[Violation]:
        found = []
        for operation, line in segment.traces():
            incarnation = segment.incarnations.get(line.daemon)
            if not incarnation or incarnation.poisoned_ns is None:
                continue
            if line.handed_out_ns > incarnation.poisoned_ns:
                found.append(self.violation(
                    f"handed out to a process after its {incarnation.poisoned_by}", operation,
                    daemons=(line.daemon,),
                    times_ns=(incarnation.poisoned_ns, line.handed_out_ns)))
        return found


class SerialDaemon(Checker):
    """The service intervals of one process never overlap."""

    name = "serial daemon"

    def __init__(self) -> None:
        self._served_until_ns: dict[DaemonName, int] = {}

    def check(self, segment: Segment) -> list[Violation]:
        if segment.promises.concurrency > 1:
            return []
        intervals: dict[DaemonName, list[tuple[int, int, Operation]]] = defaultdict(list)
        for operation, line in segment.traces():
            if line.daemon:
                intervals[line.daemon].append(
                    (line.handed_out_ns, self._until_ns(operation, line), operation))
        return [violation for daemon, of_one in intervals.items()
                for violation in self._overlaps(daemon, of_one)]

    @staticmethod
    def _until_ns(operation: Operation, line: TraceLine) -> int:
        """Until when it was at work for sure: its reply or its outcome, unless the client just left;
        and what it has really slept for the request, counted from its receipt."""
        outcome_ns = line.handed_out_ns if line.outcome == "unknown" else line.decided_ns
        until_ns = line.answered_ns or outcome_ns
        slept = [received.t_ns + replied.slept_ns
                 for received, replied in zip(operation.received, operation.replied)
                 if received.daemon == replied.daemon == line.daemon]
        return max([until_ns, *slept])

    def _overlaps(self, daemon: DaemonName,
                  intervals: list[tuple[int, int, Operation]]) -> Iterator[Violation]:
        intervals.sort(key=lambda interval: interval[0])
        last_ns, last = self._served_until_ns.pop(daemon, 0), None
        for handed_out_ns, until_ns, operation in intervals:
            if handed_out_ns < last_ns - _PASS_NS:
                yield self.violation(
                    "handed out while its process was at work for another",
                    tokens=tuple(one.token for one in (last, operation) if one),
                    daemons=(daemon,), times_ns=(handed_out_ns, last_ns),
                    timing=last_ns - handed_out_ns < _HELD_UP_NS)
            if until_ns > last_ns:
                last_ns, last = until_ns, operation
        self._served_until_ns[daemon] = last_ns

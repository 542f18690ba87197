"""Timeouts come when they are due: never before, and at most tick and slack after."""

from collections.abc import Iterator

from .. import records
from ..records import ClientRecord, TimeNs, TraceLine
from ..segment import Operation, Promises, Segment
from ..verdict import Checker, Violation


class TimeoutWindow(Checker):
    """Effect >= configured, <= configured + tick + scaled slack, by three clocks: the trace, the
    clients and what daemons have really slept."""

    name = "timeout window"

    def check(self, segment: Segment) -> list[Violation]:
        found: list[Violation] = []
        for operation, line in segment.traces():
            found += self._of_trace(segment.promises, operation, line)
            found += self._slept_through(segment.promises, operation, line)
        for operation, record in segment.clients():
            found += self._of_client(segment.promises, operation, record)
        return found

    def _of_trace(self, promises: Promises, operation: Operation,
                  line: TraceLine) -> Iterator[Violation]:
        if line.cause == "busy-timeout":
            yield from self._window(operation, "busy timeout", promises.busy_timeout_s,
                                    line.handed_out_ns, line.decided_ns, promises)
        elif line.cause == "queue-timeout":
            yield from self._window(operation, "queue timeout", promises.queue_timeout_s,
                                    line.complete_ns, line.decided_ns, promises)
        elif line.outcome == "replied":
            yield from self._upper(operation, "decision", promises.decision_s,
                                   line.complete_ns, line.decided_ns, promises)

    def _window(self, operation: Operation, what: str, due_s: float, from_ns: TimeNs, to_ns: int,
                promises: Promises) -> Iterator[Violation]:
        took_s = (to_ns - from_ns) / 1e9
        if took_s < due_s:
            yield self.violation(f"{what} after {took_s:.4f} s instead of {due_s:g} s", operation,
                                 times_ns=(from_ns, to_ns))
        yield from self._upper(operation, what, due_s, from_ns, to_ns, promises)

    def _upper(self, operation: Operation, what: str, due_s: float, from_ns: TimeNs, to_ns: int,
               promises: Promises) -> Iterator[Violation]:
        if to_ns - from_ns > promises.late_ns(due_s):
            yield self.violation(f"{what} after {(to_ns - from_ns) / 1e9:.4f} s, due within "
                                 f"{due_s:g} s", operation, times_ns=(from_ns, to_ns), timing=True)

    def _slept_through(self, promises: Promises, operation: Operation,
                       line: TraceLine) -> Iterator[Violation]:
        """A reply for which its daemon slept longer than it was allowed to take."""
        for reply in operation.replied:
            if (line.outcome == "replied" and reply.daemon == line.daemon
                    and reply.slept_ns > promises.late_ns(promises.busy_timeout_s)):
                yield self.violation(f"replied, though its daemon slept {reply.slept_ns / 1e9:g} s",
                                     operation, daemons=(reply.daemon,), times_ns=(reply.t_ns,),
                                     timing=True)

    def _of_client(self, promises: Promises, operation: Operation,
                   record: ClientRecord) -> Iterator[Violation]:
        if record.sent_ns is None or record.outcome != records.ERROR_REPLY:
            return
        causes = {line.cause for line in operation.trace}
        if causes == {"busy-timeout"}:
            least_ns = promises.busy_timeout_s * 1e9
            if record.ended_ns - record.sending_ns < least_ns:
                yield self.violation("its client had the error reply before the busy timeout",
                                     operation, times_ns=(record.sending_ns, record.ended_ns),
                                     timing=True)
        yield from self._upper(operation, "error reply at the client", promises.decision_s,
                               record.sent_ns, record.ended_ns, promises)

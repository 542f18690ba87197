"""What clients get: their own reply, all of it, once."""

from collections.abc import Iterator

from .. import records
from ..records import TOKEN, ClientRecord, JournalLine, TraceLine
from ..segment import Operation, Segment
from ..verdict import Checker, Violation


class CrossTalk(Checker):
    """No client sees a token that is not its own, and no reply comes without the client's own."""

    name = "cross-talk"

    def check(self, segment: Segment) -> list[Violation]:
        return [self.violation(f"got {record.received[:120]!r}", operation,
                               daemons=tuple(line.daemon for line in operation.trace),
                               times_ns=(record.ended_ns,))
                for operation, record in segment.clients()
                if self._foreign(operation, record)]

    @staticmethod
    def _foreign(operation: Operation, record: ClientRecord) -> bool:
        seen = {token.decode() for token in TOKEN.findall(record.received)}
        if seen - {record.token}:
            return True
        # A daemon that answers garbage, or the first bytes only, cannot be told from others.
        garbled = any(fault.action in ("garbage", "truncate") for fault in operation.faults)
        return record.outcome == records.REPLY and not seen and not garbled


class Truncation(Checker):
    """A reply that ends cleanly is whole: end sentinel and newline, in one line."""

    name = "truncation"

    def check(self, segment: Segment) -> list[Violation]:
        return [self.violation(f"ends with {record.received[-60:]!r}", operation,
                               times_ns=(record.ended_ns,))
                for operation, record in segment.clients()
                if record.outcome == records.REPLY and not self._whole(operation, record)]

    @staticmethod
    def _whole(operation: Operation, record: ClientRecord) -> bool:
        if any(fault.action == "garbage" for fault in operation.faults):
            return record.received.endswith(b"\n")
        first = record.received.partition(b"\n")[0]
        kept = records.sentinel(record.token).encode() in first
        return kept and b"\n" in record.received


class OneOutcome(Checker):
    """Each invocation ends in exactly one way, for its client and for the redirector."""

    name = "one outcome"

    def check(self, segment: Segment) -> list[Violation]:
        return [violation for operation in segment.operations.values()
                for violation in (*self._of_client(operation), *self._of_redirector(operation))]

    def _of_client(self, operation: Operation) -> Iterator[Violation]:
        if len(operation.client) > 1:
            yield self.violation(f"{len(operation.client)} invocations", operation)
        for record in operation.client:
            if record.outcome not in records.ADMITTED | {records.LEFT}:
                yield self.violation(f"outcome is {record.outcome}", operation,
                                     times_ns=(record.ended_ns,))
            lines = record.received.count(b"\n")
            if lines > 1:
                yield self.violation(f"{lines} lines: {record.received[-120:]!r}", operation,
                                     times_ns=(record.ended_ns,))

    def _of_redirector(self, operation: Operation) -> Iterator[Violation]:
        if len(operation.trace) > 1:
            outcomes = [line.outcome for line in operation.trace]
            yield self.violation(f"traced as {outcomes}", operation, daemons=tuple(
                line.daemon for line in operation.trace if line.daemon))
        decided = {record.outcome for record in operation.client} & {records.REPLY,
                                                                     records.ERROR_REPLY}
        if decided and not operation.trace:
            yield self.violation(f"{decided.pop()} without an outcome in the trace", operation)


class LostOrDuplicate(Checker):
    """No token twice, none that nobody sent, and nobody waits in vain."""

    name = "lost / duplicate"

    def check(self, segment: Segment) -> list[Violation]:
        found = [self._stranger(line) for line in segment.strangers]
        for operation in segment.operations.values():
            found += self._duplicates(operation)
            found += self._losses(segment, operation)
        return found

    def _stranger(self, line: TraceLine | JournalLine) -> Violation:
        history = "journal" if isinstance(line, JournalLine) else "trace"
        return self.violation(f"in the {history}, but nobody asked it in this segment",
                              tokens=(str(line.token),), daemons=(line.daemon,))

    def _duplicates(self, operation: Operation) -> Iterator[Violation]:
        for what, lines in (("received", operation.received), ("answered", operation.replied)):
            if len(lines) > 1:
                yield self.violation(f"{what} {len(lines)} times", operation,
                                     daemons=tuple(line.daemon for line in lines),
                                     times_ns=tuple(line.t_ns for line in lines))

    def _losses(self, segment: Segment, operation: Operation) -> Iterator[Violation]:
        """A client that has sent all of its request, has not left, and yet has no outcome."""
        for record in operation.client:
            unanswered = record.outcome in (records.TIMEOUT, records.RESET, records.NOTHING)
            if not unanswered or not record.sent_ns:
                continue
            if operation.replied:
                yield self.violation(f"a daemon replied, its client got {record.outcome}",
                                     operation, daemons=(operation.replied[0].daemon,),
                                     times_ns=(operation.replied[0].t_ns, record.ended_ns))
            elif self._waited_long_enough(segment, record):
                yield self.violation("no outcome within the time promised", operation,
                                     times_ns=(record.sent_ns, record.ended_ns))

    @staticmethod
    def _waited_long_enough(segment: Segment, record: ClientRecord) -> bool:
        promised_ns = segment.promises.late_ns(segment.promises.decision_s)
        return record.outcome == records.TIMEOUT and record.ended_ns - record.sent_ns > promised_ns

"""A run that shows nothing proves nothing."""

from .. import records
from ..segment import Segment
from ..verdict import Checker, Violation

#: What a machine may be to blame for.
_TOO_LATE = {"busy-timeout", "queue-timeout"}


class NonVacuity(Checker):
    """Each planned fault has fired at least once, and some requests have succeeded."""

    name = "non-vacuity"

    def __init__(self) -> None:
        self._planned: set[tuple[str, str]] = set()
        self._fired: set[tuple[str, str]] = set()
        self._successes = 0
        self._causes: set[str | None] = set()

    def check(self, segment: Segment) -> list[Violation]:
        self._planned |= segment.planned
        self._fired |= {(fault.point, fault.action) for fault in segment.faults
                        if fault.point and fault.action}
        self._successes += sum(record.outcome == records.REPLY for _, record in segment.clients())
        self._causes |= {line.cause for _, line in segment.traces()}
        return []

    def finish(self) -> list[Violation]:
        found = [self.violation(f"{point} = {action} has never fired")
                 for point, action in sorted(self._planned - self._fired)]
        if not self._successes:
            found.append(self.violation("no request has succeeded", timing=bool(self._causes & _TOO_LATE)))
        return found

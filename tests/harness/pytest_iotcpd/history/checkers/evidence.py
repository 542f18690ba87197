"""A run that shows nothing proves nothing."""

from .. import records
from ..verdict import Checker


class NonVacuity(Checker):
    """Each planned fault has fired at least once, and some requests have succeeded."""

    name = "non-vacuity"

    def __init__(self):
        self._planned, self._fired, self._successes = set(), set(), 0

    def check(self, segment):
        self._planned |= segment.planned
        self._fired |= {(fault.point, fault.action) for fault in segment.faults}
        self._successes += sum(record.outcome == records.REPLY for _, record in segment.clients())
        return []

    def finish(self):
        found = [self.violation(f"{point} = {action} has never fired")
                 for point, action in sorted(self._planned - self._fired)]
        if not self._successes:
            found.append(self.violation("no request has succeeded"))
        return found

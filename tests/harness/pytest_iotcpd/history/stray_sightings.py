"""Class StraySightings: when a redirector has seen a line that nobody asked for."""

from collections import defaultdict

from .records import DaemonName, JournalLine, TimeNs
from .segment import Segment


class StraySightings:
    """Of one segment. A daemon that has one request at a time gets no other before what it wrote with its
    reply was read: then the line counts from the moment of its writing. One that has several may be given
    more while the line is on its way: then it counts from when a reply written after it was read, or else
    from when the redirector was asked, and at rest."""

    def __init__(self, segment: Segment) -> None:
        self._serial = segment.promises.concurrency == 1
        self._asked_ns = segment.asked_ns
        self._replies: dict[DaemonName | None, list[tuple[int, int]]] = defaultdict(list)
        if not self._serial:
            for operation, line in segment.traces():
                self._replies[line.daemon] += [(reply.t_ns, line.answered_ns) for reply in operation.replied
                                               if line.answered_ns and reply.daemon == line.daemon]

    def seen_ns(self, stray: JournalLine) -> TimeNs:
        """From when on it counts; None when nobody can tell."""
        if self._serial:
            return stray.t_ns
        # Lines of the same pass bear the same time: which was written first, nobody can tell.
        read = [answered_ns for written_ns, answered_ns in self._replies[stray.daemon]
                if written_ns > stray.t_ns]
        # What was written before is read in the pass that accepts who asks, if not earlier; and nobody wants
        # anything else until the answer.
        if self._asked_ns is not None and self._asked_ns > stray.t_ns:
            read.append(self._asked_ns)
        return min(read, default=None)

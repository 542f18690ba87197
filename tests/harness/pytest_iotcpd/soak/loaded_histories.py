"""Class LoadedHistories: the histories of a run whose clients keep no record of their own."""

import itertools
import os

from ..history import records
from ..history.histories import Histories
from ..history.records import ClientRecord, TraceLine
from ..history.segment import Operation, Segment


class LoadedHistories(Histories):
    """The trace says what was asked; what the load generator has counted is held against it. A client
    that the trace calls gone has gone: ordinary clients of a generator never do."""

    _numbers = itertools.count()

    @staticmethod
    def _join_trace(segment: Segment, line: TraceLine) -> None:
        # One that gave up before its token was whole has none.
        key = line.token or f"no token {next(LoadedHistories._numbers)}"
        operation = segment.operations.get(key)
        if operation is None:
            operation = segment.operations[key] = Operation(key)
        operation.trace.append(line)
        if line.outcome == "unknown":
            operation.client.append(ClientRecord(key, records.LEFT, b"", line.decided_ns, None, None,
                                                 line.decided_ns))

    def keep(self, folder: str) -> None:
        """Copy the lines of the segment that was cut last, before they are dropped."""
        for name, tail in (("trace.jsonl", self._trace), ("journal.jsonl", self._journal)):
            tail.keep(os.path.join(folder, name))

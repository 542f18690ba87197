"""Class LoadedHistories: the histories of a run whose clients keep no record of their own."""

import itertools
import os

from ..history import records
from ..history.histories import Histories
from ..history.records import ClientRecord
from ..history.segment import Operation


class LoadedHistories(Histories):
    """The trace says what was asked; what the load generator has counted is held against it. A client
    that the trace calls gone has gone: ordinary clients of a generator never do."""

    _numbers = itertools.count()

    def _join_trace(self, segment, line):
        # One that gave up before its token was whole has none.
        key = line.token or f"no token {next(self._numbers)}"
        operation = segment.operations.get(key)
        if operation is None:
            operation = segment.operations[key] = Operation(key)
        operation.trace.append(line)
        if line.outcome == "unknown":
            operation.client.append(ClientRecord(key, records.LEFT, b"", line.decided_ns, None, None,
                                                 line.decided_ns))

    def keep(self, folder):
        """Copy the lines of the segment that was cut last, before they are dropped."""
        for name, tail in (("trace.jsonl", self._trace), ("journal.jsonl", self._journal)):
            tail.keep(os.path.join(folder, name))

"""Class FaultTally: how often the faults of one FakeEvidence fired, as its journal tells."""

import collections
import json
import typing

from ..history.line_tail import LineTail
from ..journal_lines import unspoilt

THE_TEST = "the test"
#: Who asked for a fault that neither the command line nor a profile has.
ASKED_LATER = "requests, or the control socket"
_FAULT_EVENT = b'"event":"fault"'


class FaultTally:
    """Reads the journal in pieces: `read()` before a part of it is dropped, and at the end."""

    def __init__(self, evidence: typing.Any) -> None:
        self._words = list(evidence.words)
        self._tail = LineTail(evidence.journal_path)
        self._fired: collections.Counter[tuple[str, str, str]] = collections.Counter()
        self._is_new = True

    def begin(self) -> None:
        """Another test: what has fired is forgotten. What has not been read yet counts for it."""
        self._fired.clear()
        self._is_new = False

    def read(self) -> None:
        """Count what has come since the last time."""
        for line in unspoilt(self._tail.lines()):
            if _FAULT_EVENT in line:
                fault = json.loads(line)
                self._fired[fault["fault"], fault["point"], fault["action"]] += 1

    def facts(self) -> list[dict[str, typing.Any]]:
        """A row for each fault that has fired, or was configured in this very test: {"fault", "from",
        "fired", "by"}; "by" is {"point action": times}, "from" who asked for it."""
        rows: dict[str, dict[str, typing.Any]] = {}
        for fault in _values(self._words, "--fault"):
            rows[_tight(fault)] = _row(fault, THE_TEST)
        origin = ", ".join(f"profile {name}" for name in _values(self._words, "--profile"))
        for (fault, point, action), times in sorted(self._fired.items()):
            row = rows.setdefault(_tight(fault), _row(fault, origin or ASKED_LATER))
            row["fired"] += times
            row["by"][f"{point} {action}"] = times
        return [row for row in rows.values() if row["fired"] or self._is_new]


def _row(fault: str, origin: str) -> dict[str, typing.Any]:
    return {"fault": fault, "from": origin, "fired": 0, "by": {}}


def _tight(fault: str) -> str:
    """The journal writes a fault with other spaces than the command line."""
    return "".join(fault.split())


def _values(words: list[str], option: str) -> list[str]:
    """Values of an option: `--fault X` and `--fault=X`; those of a wrapped command are not ours."""
    ours = words[:words.index("--wrap")] if "--wrap" in words else words
    found = [after for word, after in zip(ours, ours[1:]) if word == option]
    return found + [word.partition("=")[2] for word in ours if word.startswith(f"{option}=")]

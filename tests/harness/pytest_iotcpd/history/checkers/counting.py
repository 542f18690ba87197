"""What the redirector counts agrees with itself, with its trace and with everybody else."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ... import stats
from ..segment import Segment
from ..verdict import Checker, Violation

Sample = dict[str, Any]

_OUTCOMES = ("replied", "timeout", "failed", "unknown")
#: Gauges and times, which may fall; all other numbers of the block only grow.
_NOT_MONOTONE = ("daemon S_", "queue ", "service ", "clients open", "queries in-flight", "version")


class Conservation(Checker):
    """total = replied + timeout + failed + unknown (+ in flight), the buckets sum to replied, all
    counts are monotone, at every moment; at rest they are those of the trace, nobody is connected,
    and no daemon is being stopped."""

    name = "conservation"

    def check(self, segment: Segment) -> list[Violation]:
        found: list[Violation] = []
        for sample in segment.samples[1:]:
            found += self._law(sample)
        for earlier, later in zip(segment.samples, segment.samples[1:]):
            found += self._monotone(earlier, later)
        return [*found, *self._agreement(segment), *self._at_rest(segment)]

    def _at_rest(self, segment: Segment) -> Iterator[Violation]:
        """All clients have closed their connections by now, and who was stopped has ended."""
        if open_clients := segment.after.get("clients open", 0):
            yield self.violation(f"{open_clients} clients are still open at rest", timing=True)
        if stopping := segment.after.get("daemon S_STOPPING", 0):
            yield self.violation(f"{stopping} daemons are still being stopped at rest", timing=True)

    def _law(self, sample: Sample) -> Iterator[Violation]:
        ended = sum(sample[f"queries {outcome}"] for outcome in _OUTCOMES)
        total, in_flight = sample["queries total"], sample[stats.IN_FLIGHT_LABEL]
        if total != ended + in_flight or in_flight < 0:
            yield self.violation(f"total {total} is not {ended} with an outcome + {in_flight}")
        buckets = sum(sample[label] for label in stats.BUCKET_LABELS)
        if buckets != sample["queries replied"]:
            yield self.violation(f"buckets sum to {buckets}, replied {sample['queries replied']}")

    def _monotone(self, earlier: Sample, later: Sample) -> Iterator[Violation]:
        for label, before in earlier.items():
            if isinstance(before, dict) or label.startswith(_NOT_MONOTONE):
                continue
            if later.get(label, 0) < before:
                yield self.violation(f"{label} fell from {before} to {later.get(label)}")

    def _agreement(self, segment: Segment) -> Iterator[Violation]:
        traced = Counter(line.outcome for _, line in segment.traces())
        traced.update(line.outcome for line in segment.strangers if hasattr(line, "outcome"))
        causes = Counter(f"{line.outcome} {line.cause}" for _, line in segment.traces()
                         if line.outcome in ("failed", "unknown"))
        expected = {"queries total": traced.total()}
        expected |= {f"queries {outcome}": traced[outcome] for outcome in _OUTCOMES}
        expected |= {label: causes[label] for label in {*causes, *self._cause_labels(segment)}}
        for label, count in expected.items():
            if segment.grown(label) != count:
                yield self.violation(f"{label} grew by {segment.grown(label)}, "
                                     f"the trace has {count}")

    @staticmethod
    def _cause_labels(segment: Segment) -> list[str]:
        return [label for label in segment.after if label.startswith(("failed ", "unknown "))]

"""What a redirector holds at rest is the same after each cycle."""

from collections.abc import Sequence

from ...footprint import Footprint
from ..segment import Segment
from ..verdict import Checker, Violation

_LEAST_CYCLES = 3


def slope(values: Sequence[float]) -> float:
    """Of the least-squares line through equidistant values."""
    middle = (len(values) - 1) / 2
    mean = sum(values) / len(values)
    spread = sum((index - middle) ** 2 for index in range(len(values)))
    return sum((index - middle) * (value - mean) for index, value in enumerate(values)) / spread


class Leaks(Checker):
    """Descriptors by the kind of their target, zombies and threads are back at the baseline, the
    first footprint; resident memory has no slope."""

    name = "leaks"

    def __init__(self) -> None:
        self._footprints: list[Footprint] = []
        self._rss_kib_per_cycle = 0.0

    def check(self, segment: Segment) -> list[Violation]:
        self._footprints = segment.footprints
        self._rss_kib_per_cycle = segment.promises.rss_kib_per_cycle
        return []

    def finish(self) -> list[Violation]:
        if len(self._footprints) < 2:
            return []
        first, last = self._footprints[0], self._footprints[-1]
        found = [self.violation(f"{count} more of {kind}")
                 for kind, count in (last.descriptors - first.descriptors).items()]
        if last.zombies:
            found.append(self.violation(f"{last.zombies} zombies"))
        if last.threads > first.threads:
            found.append(self.violation(f"{last.threads} threads, {first.threads} before"))
        return found + self._memory()

    def _memory(self) -> list[Violation]:
        if len(self._footprints) < _LEAST_CYCLES:
            return []
        growth_kib = slope([footprint.rss_kib for footprint in self._footprints])
        if growth_kib <= self._rss_kib_per_cycle:
            return []
        return [self.violation(f"resident memory grows by {growth_kib:.0f} KiB in each cycle")]

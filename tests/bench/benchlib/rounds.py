"""Interleaved comparison: what disturbs one side disturbs the others, and the ratio survives."""

import dataclasses
import statistics

MOST_FOREIGN = 0.1  # the share of the core that others may take in a clean round


@dataclasses.dataclass
class Comparison:
    """Rounds of several sides; of each side, a round holds the mean of its two bursts."""

    rounds: list  # of a tuple with each side's figures
    remark: str  # on the machine's quiet, "" when there is nothing to say

    def ratios(self, figure, one=0, other=1):
        return [sides[one][figure] / sides[other][figure] for sides in self.rounds]

    def medians(self, figure):
        """The median of each side, for the reader who wants to know what was divided."""
        return tuple(statistics.median(s[figure] for s in side) for side in zip(*self.rounds))


def interleave(rounds, most_rounds, *sides, most_foreign=MOST_FOREIGN):
    """Runs the sides' bursts as A B … B A; the palindrome cancels what drifts linearly.

    Goes on until `rounds` of them were clean, up to `most_rounds` in all; when not even half of
    those wanted were clean, all count.
    """
    clean, disturbed = [], []
    while len(clean) < rounds and len(clean) + len(disturbed) < most_rounds:
        there = [burst() for burst in sides]
        back = [burst() for burst in reversed(sides)]
        quiet = max(figures["foreign"] for figures in there + back) <= most_foreign
        (clean if quiet else disturbed).append(tuple(map(_mean, there, reversed(back))))
    if len(clean) < (rounds + 1) // 2:
        return Comparison(clean + disturbed, f"BUSY MACHINE in {len(disturbed)} rounds")
    return Comparison(clean, f"{len(disturbed)} disturbed rounds left out" if disturbed else "")


def _mean(one, other):
    return {figure: (one[figure] + other[figure]) / 2 for figure in one}

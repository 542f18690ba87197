"""Interleaved comparison: what disturbs one side disturbs the other, and the ratio survives."""

import dataclasses
import statistics

MOST_FOREIGN = 0.1  # the share of the core that others may take in a clean round


@dataclasses.dataclass
class Comparison:
    """Rounds of two sides A and B; of either side, each round holds the mean of its two bursts."""

    pairs: list
    remark: str  # on the machine's quiet, "" when there is nothing to say

    def ratios(self, figure):
        return [a[figure] / b[figure] for a, b in self.pairs]

    def medians(self, figure):
        """The median of either side, for the reader who wants to know what was divided."""
        return tuple(statistics.median(s[figure] for s in side) for side in zip(*self.pairs))


def interleave(rounds, most_rounds, first, second, most_foreign=MOST_FOREIGN):
    """Runs both bursts as A B B A; the palindrome cancels what drifts linearly.

    Goes on until `rounds` of them were clean, up to `most_rounds` in all; when not even half of
    those wanted were clean, all count.
    """
    clean, disturbed = [], []
    while len(clean) < rounds and len(clean) + len(disturbed) < most_rounds:
        a1, b1, b2, a2 = bursts = first(), second(), second(), first()
        quiet = max(burst["foreign"] for burst in bursts) <= most_foreign
        (clean if quiet else disturbed).append((_mean(a1, a2), _mean(b1, b2)))
    if len(clean) < (rounds + 1) // 2:
        return Comparison(clean + disturbed, f"BUSY MACHINE in {len(disturbed)} rounds")
    return Comparison(clean, f"{len(disturbed)} disturbed rounds left out" if disturbed else "")


def _mean(one, other):
    return {figure: (one[figure] + other[figure]) / 2 for figure in one}

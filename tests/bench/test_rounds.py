"""Rounds are a palindrome, and a disturbed one is left out."""

from benchlib.report import Row
from benchlib.rounds import interleave


class Side:
    def __init__(self, name, log, foreign=()):
        self._name, self._log, self._foreign = name, log, list(foreign)

    def __call__(self):
        self._log.append(self._name)
        foreign = self._foreign.pop(0) if self._foreign else 0.0
        return {"rate": float(len(self._log)), "foreign": foreign}


def test_every_round_goes_there_and_back():
    log = []
    comparison = interleave(2, 2, *(Side(name, log) for name in "ABC"))
    assert "".join(log) == "ABCCBA" * 2
    # What grows steadily is the same for all.
    assert comparison.ratios("rate", 0, 2) == [1.0, 1.0]
    assert comparison.medians("rate") == (6.5, 6.5, 6.5)


def test_a_disturbed_round_is_repeated_and_said_to_be():
    log = []
    comparison = interleave(2, 4, Side("A", log, [0, 0.5]), Side("B", log))
    assert "".join(log) == "ABBA" * 3
    assert len(comparison.rounds) == 2
    assert comparison.remark == "1 disturbed rounds left out"


def test_when_most_are_disturbed_all_count():
    log = []
    comparison = interleave(2, 3, Side("A", log, [0.5] * 6), Side("B", log))
    assert len(comparison.rounds) == 3
    assert comparison.remark == "BUSY MACHINE in 3 rounds"


def test_a_limit_is_kept_at_its_value_and_not_beyond():
    assert Row("k", "t", [0.97], sense=">=", limit=0.97).verdict == "ok"
    assert Row("k", "t", [0.969], sense=">=", limit=0.97).verdict == "OVER"
    assert Row("k", "t", [1, 1, 9], limit=1, judged="max").verdict == "OVER"
    assert Row("k", "t", [1, 1, 9], limit=1).verdict == "ok"

"""The load generator's account of a round against trace and statistics: nobody got what was not his,
nobody waited in vain, and each request is in both."""

from collections import Counter
from collections.abc import Iterator

from ..history.records import DaemonName
from ..history.segment import Segment
from ..history.verdict import Checker, Violation
from ..loadgen import RunResult
from .catalogue import LEAVING

_ANSWERED = ("ok", "error-reply")
_MEANING = {"cross-talk": "cross-talk", "wrong-reply": "cross-talk", "timeout": "lost / duplicate",
            "truncated": "truncation"}


class Account(Checker):
    """`result` is the RunResult of the round. `interrupted`: it ended before its plan did. `excused`:
    so many foreign replies that no redirector could have helped."""

    name = "account"

    def __init__(self, result: RunResult, interrupted: bool = False, excused: int = 0) -> None:
        self._result, self._interrupted, self._excused = result, interrupted, excused
        self._kinds = {"ordinary": result["outcomes"], **result["misbehaved"]}

    def check(self, segment: Segment) -> list[Violation]:
        return [*self._of_clients(), *self._against_trace(segment),
                *self._of_daemons(segment)]

    def _of_clients(self) -> Iterator[Violation]:
        """Ordinary clients are answered, with what is theirs; so are those that misbehave and stay."""
        for kind, outcomes in self._kinds.items():
            for outcome, count in outcomes.items():
                if not count or outcome in _ANSWERED or kind in LEAVING:
                    continue
                if outcome == "censored" and self._interrupted:
                    continue
                if outcome == "cross-talk" and count <= self._excused:
                    continue
                yield self._broken(_MEANING.get(outcome, "one outcome"),
                                   f"{count} {kind} clients ended as {outcome}")

    def _against_trace(self, segment: Segment) -> Iterator[Violation]:
        traced = Counter(line.outcome for _, line in segment.traces())
        unseen = sum(sum(self._kinds.get(kind, {}).values()) for kind in LEAVING)
        unseen += self._total("censored")
        for what, counted, seen in (
                ("replies", traced["replied"], self._total("ok")),
                ("error replies", traced["timeout"] + traced["failed"], self._total("error-reply")),
                ("clients that left", traced["unknown"], 0)):
            # A foreign reply is one that was given all the same.
            seen_at_most = seen + unseen + (self._total("cross-talk") if what == "replies" else 0)
            if not seen <= counted <= seen_at_most:
                yield self._broken("lost / duplicate", f"{counted} {what} in the trace, clients saw "
                                   f"{seen}, and {unseen} did not look")
        unread = self._kinds.get("rst", {})
        least = self._result["planned"] - sum(unread.values()) - self._total("censored")
        if not least <= traced.total() <= self._result["planned"]:
            yield self._broken("lost / duplicate", f"{traced.total()} queries in the trace, "
                               f"{least} to {self._result['planned']} were put")

    def _of_daemons(self, segment: Segment) -> Iterator[Violation]:
        for operation, line in segment.traces():
            if line.outcome == "replied" and not operation.received:
                yield self.violation("a reply of which no daemon has had the request", operation,
                                     times_ns=(line.decided_ns,))

    def _total(self, outcome: str) -> int:
        return sum(outcomes.get(outcome, 0) for outcomes in self._kinds.values())

    def _broken(self, rule: str, what: str) -> Violation:
        return self.violation(f"{rule}: {what}")


def count_untellable(segment: Segment) -> int:
    """Lines that daemons have written of their own accord while they had a request: of those that come
    late, no redirector can tell them from its reply. (A second line in the reply's own write is no
    such line, and not to be counted here.)"""
    count = 0
    stray_by_daemon: dict[DaemonName, list[int]] = {}
    for stray in segment.strays:
        stray_by_daemon.setdefault(stray.daemon, []).append(stray.t_ns)
    for _, line in segment.traces():
        for t_ns in stray_by_daemon.get(line.daemon, ()) if line.daemon else ():
            count += line.handed_out_ns <= t_ns <= line.decided_ns
    return count

"""The rule machine: Hypothesis draws the steps, an Execution applies them. Needs Hypothesis."""

import dataclasses
import sys
from typing import TYPE_CHECKING

from hypothesis import strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from . import steps

if TYPE_CHECKING:
    from .search import Example, Search

#: What a request may ask its daemon for; the first are what shrinking arrives at.
WORDS = ("", "@after-read=exit(3)", "@before-reply=sleep(150ms)", "@after-read=sleep(10ms)",
         "@before-reply=extra-line(STRAY)", "@before-reply=oversize(6000)", "@before-reply=drop",
         "@mid-reply(30)=exit(0)", "@after-reply=exit(0)", "@before-reply=close-stdout",
         "@before-reply=duplicate", "@before-reply=no-newline", "@before-reply=truncate(5)",
         "@before-reply=oversize(3000)", "@before-reply=dribble(8,200us)",
         "@before-reply=stderr(2000)", "@after-read=kill(SEGV)", "@after-read=hang")
#: Where daemons have several requests the next reply would run into what was left without its newline, and
#: nobody could tell whose it is. There are IDs to get wrong, instead.
INSTEAD_WHERE_SHARED = dict.fromkeys(("@before-reply=no-newline", "@before-reply=truncate(5)"),
                                     "@before-reply=wrong-id")
#: For daemons as they are. None of them touches what a daemon writes: what a request asks for on top
#: could not be told from it.
FAULTS = ("after-read = 1* exit(3)", "before-reply = 1* sleep(150ms)", "before-read = 1* exit(5)",
          "after-read = every(2) kill(SEGV)", "after-reply = every(2) exit(0)",
          "before-reply = 50% sleep(150ms)", "before-reply = 30% close-stdout",
          "after-read = every(3) hang", "mid-reply(20) = every(2) exit(0)")

_words = strategies.sampled_from(WORDS)
_few = strategies.integers(1, 4)
_daemons = strategies.integers(0, 3)


class SearchIsOver(BaseException):
    """Ends a search; no Exception, which Hypothesis would take for a failed example."""


class PoolMachine(RuleBasedStateMachine):
    """Each example has a pool of its own. A subclass sets `search`, the Search that begins and ends
    examples."""

    search: "Search"

    def __init__(self) -> None:
        super().__init__()
        self._example: "Example | None" = None

    @initialize(num_daemons=strategies.integers(1, 3))
    def start(self, num_daemons: int) -> None:
        self._example = self.search.begin(num_daemons)

    def _apply(self, step: steps.Step) -> None:
        assert self._example, "start() comes before every rule"
        instead = INSTEAD_WHERE_SHARED.get(getattr(step, "words", ""))
        if instead and self._example.manner.concurrency > 1:
            step = dataclasses.replace(step, words=instead)
        self._example.apply(step)

    @rule(words=_words, count=_few)
    def send(self, words: str, count: int) -> None:
        self._apply(steps.Send(words, count))

    @rule(words=_words, count=_few)
    def begin(self, words: str, count: int) -> None:
        self._apply(steps.Begin(words, count))

    @rule(words=_words)
    def send_slowly(self, words: str) -> None:
        self._apply(steps.SendSlowly(words))

    @rule(words=_words)
    def half_close(self, words: str) -> None:
        self._apply(steps.HalfClose(words))

    @rule()
    def break_off(self) -> None:
        self._apply(steps.BreakOff())

    @rule(words=_words)
    def abort(self, words: str) -> None:
        self._apply(steps.Abort(words))

    @rule(fault=strategies.sampled_from(FAULTS))
    def inject(self, fault: str) -> None:
        self._apply(steps.Inject(fault))

    @rule()
    def mend(self) -> None:
        self._apply(steps.Mend())

    @rule()
    def hup(self) -> None:
        self._apply(steps.Hup())

    @rule(daemon=_daemons)
    def stop(self, daemon: int) -> None:
        self._apply(steps.Stop(daemon))

    @rule()
    def continue_(self) -> None:
        self._apply(steps.Continue())

    @rule(daemon=_daemons)
    def kill(self, daemon: int) -> None:
        self._apply(steps.Kill(daemon))

    @rule(clients=strategies.integers(0, 3))
    def load(self, clients: int) -> None:
        self._apply(steps.Load(clients))

    @rule()
    def rest(self) -> None:
        self._apply(steps.Rest())

    @invariant()
    def no_checker_complains(self) -> None:
        if self._example and self._example.failed:
            raise SearchIsOver

    def teardown(self) -> None:
        """The last check, unless the example is over for another reason."""
        if self._example:
            self.search.end(self._example, checked=sys.exc_info()[0] is None)


class PipeliningMachine(PoolMachine):
    """The same, where connections may be kept."""

    @rule(words=_words, count=_few)
    def pipeline(self, words: str, count: int) -> None:
        self._apply(steps.Pipeline(words, 2 * count))

    @rule(words=_words, count=_few)
    def abort_pipeline(self, words: str, count: int) -> None:
        self._apply(steps.AbortPipeline(words, 2 * count))

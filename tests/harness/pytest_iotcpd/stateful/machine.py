"""The rule machine: Hypothesis draws the steps, an Execution applies them. Needs Hypothesis."""

import sys
import typing

from hypothesis import strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from . import steps

#: What a request may ask its daemon for; the first are what shrinking arrives at.
WORDS = ("", "@after-read=exit(3)", "@before-reply=sleep(150ms)", "@after-read=sleep(10ms)",
         "@before-reply=extra-line(STRAY)", "@before-reply=oversize(6000)", "@before-reply=drop",
         "@mid-reply(30)=exit(0)", "@after-reply=exit(0)", "@before-reply=close-stdout",
         "@before-reply=duplicate", "@before-reply=no-newline", "@before-reply=truncate(5)",
         "@before-reply=oversize(3000)", "@before-reply=dribble(8,200us)",
         "@before-reply=stderr(2000)", "@after-read=kill(SEGV)", "@after-read=hang")
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

    search: typing.Any = None

    def __init__(self):
        super().__init__()
        self._example: typing.Any = None

    @initialize(num_daemons=strategies.integers(1, 3))
    def start(self, num_daemons):
        self._example = self.search.begin(num_daemons)

    @rule(words=_words, count=_few)
    def send(self, words, count):
        self._example.apply(steps.Send(words, count))

    @rule(words=_words)
    def send_slowly(self, words):
        self._example.apply(steps.SendSlowly(words))

    @rule(words=_words)
    def half_close(self, words):
        self._example.apply(steps.HalfClose(words))

    @rule()
    def break_off(self):
        self._example.apply(steps.BreakOff())

    @rule(words=_words)
    def abort(self, words):
        self._example.apply(steps.Abort(words))

    @rule(fault=strategies.sampled_from(FAULTS))
    def inject(self, fault):
        self._example.apply(steps.Inject(fault))

    @rule()
    def mend(self):
        self._example.apply(steps.Mend())

    @rule()
    def hup(self):
        self._example.apply(steps.Hup())

    @rule(daemon=_daemons)
    def stop(self, daemon):
        self._example.apply(steps.Stop(daemon))

    @rule()
    def continue_(self):
        self._example.apply(steps.Continue())

    @rule(daemon=_daemons)
    def kill(self, daemon):
        self._example.apply(steps.Kill(daemon))

    @rule(clients=strategies.integers(0, 3))
    def load(self, clients):
        self._example.apply(steps.Load(clients))

    @rule()
    def rest(self):
        self._example.apply(steps.Rest())

    @invariant()
    def no_checker_complains(self):
        if self._example and self._example.failed:
            raise SearchIsOver

    def teardown(self):
        """The last check, unless the example is over for another reason."""
        if self._example:
            self.search.end(self._example, checked=sys.exc_info()[0] is None)

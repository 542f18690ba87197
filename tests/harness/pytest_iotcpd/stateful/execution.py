"""Class Execution: steps applied one by one to a running pool, judged by the checkers."""

import contextlib
import functools
from collections.abc import Iterator

from ..history import Ask, Burst, CheckedRun, Promises, Violation
from ..history.checkers import ALL, NonVacuity
from ..history.records import ClientRecord
from ..iotcpd import ProgramEnded
from . import steps
from .archive import Archive
from .daemons import Daemons
from .load import Load
from .pool import Pool
from .underway import Underway
from .verdict import Judgement, Verdict

#: A step may miss what it is aimed at, and a fault may find nobody: that is not a violation here.
CHECKERS = tuple(checker for checker in ALL if checker is not NonVacuity)
#: What stands for a checker when the program itself fails: it ends, or does not do what it was told.
_PROGRAM = "program"


class Execution:
    """`pool` is ready, and is ended here. `rest_s` is the patience with a redirector that does not
    come to rest."""

    def __init__(self, pool: Pool, promises: Promises, rest_s: float = 5.0) -> None:
        self._pool, self._keep_alive = pool, promises.keep_alive
        self._archive = Archive()
        self._run = CheckedRun(pool.server, pool.daemon, promises, rest_s=rest_s, keep_files=True,
                               checkers=(*CHECKERS, lambda: self._archive))
        self._load, self._underway = Load(self._run.put), Underway(self._run.put)
        self._daemons = Daemons(self._run, pool.daemon)
        self._broken: list[Violation] = []
        self._judgement = Judgement()
        self._ended = False
        with self._program_judged():
            self._run.end_cycle()

    @property
    def clients(self) -> list[ClientRecord]:
        """The records of all requests of the segments that are over."""
        return self._archive.records

    @property
    def verdict(self) -> Verdict:
        """On what has been checked so far."""
        return self._judgement.on([*self._run.violations, *self._broken])

    # -- the steps ----------------------------------------------------------------------------

    def apply(self, step: steps.Step) -> None:
        """Do what the step says; returns when its own requests have their outcomes, those that it
        begins apart."""
        with self._program_judged():
            self._apply(step)

    @contextlib.contextmanager
    def _program_judged(self) -> Iterator[None]:
        try:
            yield
        except (AssertionError, ProgramEnded) as error:
            self._broken.append(Violation(_PROGRAM, str(error)))

    @functools.singledispatchmethod
    def _apply(self, step: object) -> None:
        raise TypeError(f"{step!r} is no step")

    @_apply.register
    def _(self, step: steps.Send) -> None:
        self._run.ask([step.words] * step.count, step.count)

    @_apply.register
    def _(self, step: steps.Begin) -> None:
        self._underway.begin([Ask(step.words)] * step.count)

    @_apply.register
    def _(self, step: steps.SendSlowly) -> None:
        self._run.put(Ask(step.words, manner="slowly"))

    @_apply.register
    def _(self, step: steps.HalfClose) -> None:
        self._run.put(Ask(step.words, manner="half-closed"))

    @_apply.register
    def _(self, _step: steps.BreakOff) -> None:
        self._run.put(Ask(manner="broken-off"))

    @_apply.register
    def _(self, step: steps.Abort) -> None:
        self._run.put(Ask(step.words, leave=True))

    @_apply.register
    def _(self, step: steps.Pipeline) -> None:
        self._pipeline(step.words, step.count)

    @_apply.register
    def _(self, step: steps.AbortPipeline) -> None:
        self._pipeline(step.words, step.count, leave_after=1)

    def _pipeline(self, words: str, count: int, leave_after: int | None = None) -> None:
        each = ["" if number % 2 else words for number in range(count)]
        if self._keep_alive:
            self._run.pipeline([Burst(each, leave_after)])
        else:
            self._run.ask(each, count)

    @_apply.register
    def _(self, step: steps.Inject) -> None:
        self._daemons.control(f"fault {step.fault}")

    @_apply.register
    def _(self, _step: steps.Mend) -> None:
        self._daemons.control("reset")

    @_apply.register
    def _(self, _step: steps.Hup) -> None:
        self._run.begin_refresh()

    @_apply.register
    def _(self, step: steps.Stop) -> None:
        self._daemons.stop(step.daemon)

    @_apply.register
    def _(self, _step: steps.Continue) -> None:
        self._daemons.continue_all()

    @_apply.register
    def _(self, step: steps.Kill) -> None:
        self._daemons.kill(step.daemon)

    @_apply.register
    def _(self, step: steps.Load) -> None:
        self._load.set(step.clients)

    @_apply.register
    def _(self, _step: steps.Rest) -> None:
        clients = self._load.clients
        self._load.set(0)
        self.apply(steps.Continue())
        self._underway.wait()
        self._run.end_refresh()
        self._run.cut(cycle=True)
        self._load.set(clients)

    # -- the verdict --------------------------------------------------------------------------

    def finish(self) -> Verdict:
        """All is mended: does it recover? Then the last check, and the end of the pool."""
        try:
            self._load.set(0)
            self.apply(steps.Continue())
            self.apply(steps.Mend())
            self._underway.wait()
            with self._program_judged():
                self._run.end_refresh()
                self._run.recover()
                self._run.finish(cycle=True)
        finally:
            self.abandon()
        return self.verdict

    def abandon(self) -> None:
        """End the pool without a check, unless it has been ended already."""
        if self._ended:
            return
        self._ended = True
        self._load.set(0)
        self.apply(steps.Continue())
        self._underway.close()
        self._broken += [Violation(_PROGRAM, what) for what in self._pool.end()]


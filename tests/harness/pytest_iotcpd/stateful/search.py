"""Class Search: looks for steps that break a rule, shrinks them, keeps the smallest. Needs Hypothesis."""

import dataclasses
import pathlib
import shlex
import sys
import time
from collections.abc import Sequence
from typing import Self

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from ..program import StrPath
from . import capsule, steps
from .machine import PipeliningMachine, PoolMachine, SearchIsOver
from .manner import ONE_OF_EACH, Manner
from .scenario import Scenario
from .shrinking import shrink
from .trial import Trial

_HARNESS = pathlib.Path(__file__).resolve().parents[2]
#: Hypothesis begins with dozens of examples of next to no steps: they are not worth a pool.
_LEAST_STEPS = 4


class Search:
    """Plays examples on `programs` until one fails, then smaller ones like it. The smallest that
    failed is in the folder `kept`, a capsule; `found` is its scenario, None when there is none.

    It is over after `examples` of them, or after `budget_s`; what is found is made smaller for up to
    `shrink_s` more. The examples take turns at the `manners`. The same seed draws the same steps.
    """

    def __init__(self, programs: capsule.Programs, kept: StrPath, *, examples: int, budget_s: float,
                 seed: int = 1, steps_each: int = 12, shrink_s: float = 60.0,
                 manners: Sequence[Manner] = (ONE_OF_EACH,)) -> None:
        self.programs, self.kept, self.seed = programs, pathlib.Path(kept), seed
        self._manners = manners
        self.played = self.doubtful = 0  #: examples; those that were inconclusive
        self.found: Scenario | None = None
        self.last: Scenario | None = None  #: the scenario played last, whatever came of it
        self._over, self._shrink_s = False, shrink_s
        self._checkers: frozenset[str] = frozenset()  #: those that complain of it
        self._examples = examples
        self._ends_s = time.monotonic() + budget_s
        self._settings = hypothesis.settings(
            max_examples=2 * examples + 100, stateful_step_count=steps_each, deadline=None,
            database=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet)

    def run(self) -> Self:
        """The search itself; returns itself."""
        rules = PipeliningMachine if any(manner.keep_alive for manner in self._manners) else PoolMachine
        machine = hypothesis.seed(self.seed)(type("Machine", (rules,), {"search": self}))
        try:
            run_state_machine_as_test(machine, settings=self._settings)
        except (SearchIsOver, Flaky):
            # Hypothesis may find it strange that an example ended when the search did.
            if not self._over:
                raise
        if self.found:
            self._ends_s = time.monotonic() + self._shrink_s
            shrink(self.found, self._fails)
        return self

    def _fails(self, scenario: Scenario) -> bool:
        """Whether a smaller scenario fails like the one found, twice in a row: one that fails now and then
        makes a capsule that is hard to reproduce. If so, it is kept instead."""
        return self._fails_once(scenario, keep=False) and self._fails_once(scenario, keep=True)

    def _fails_once(self, scenario: Scenario, *, keep: bool) -> bool:
        if time.monotonic() >= self._ends_s:
            return False
        with Trial(self.programs, scenario) as trial:
            trial.finish()
            return self._note(trial, keep=keep)

    def _note(self, trial: Trial, *, keep: bool = True) -> bool:
        """An example is over: True when it has failed as those before it; it is the one found then, if
        `keep`."""
        self.played += 1
        self.last = trial.scenario
        verdict = trial.verdict
        self.doubtful += bool(verdict.doubtful)
        if not verdict.violations:
            return False
        if self.found and self._checkers.isdisjoint(verdict.checkers):
            return False
        if keep:
            self._checkers = self._checkers or frozenset(verdict.checkers)
            self.found = trial.scenario
            capsule.write(self.kept, trial)
        return True

    def __str__(self) -> str:
        told = f"seed {self.seed}: {self.played} examples, {self.doubtful} inconclusive"
        if not self.found:
            return f"{told}, no checker complains"
        return (f"{told}\n{(self.kept / 'verdict.txt').read_text()}"
                f"kept; to play it again: {self._replay_command()}")

    def _replay_command(self) -> str:
        """From whatever folder, and whether the plugin is installed or not."""
        words = shlex.join([sys.executable, "-m", "pytest_iotcpd.replay", str(self.kept.absolute())])
        return f"PYTHONPATH={shlex.quote(str(_HARNESS))} {words}"

    # -- what the machine calls ---------------------------------------------------------------

    def begin(self, num_daemons: int) -> "Example":
        """An example with so many daemons begins, or one for each thread; SearchIsOver when it is."""
        if self.played >= self._examples or time.monotonic() >= self._ends_s:
            self._over = True
            raise SearchIsOver
        manner = self._manners[self.played % len(self._manners)]
        scenario = Scenario(max(num_daemons, manner.threads), self.seed, manner=manner)
        return Example(scenario, self.programs)

    def end(self, example: "Example", checked: bool) -> None:
        """It is over, after a last check if `checked`; SearchIsOver when it has failed."""
        if not example.trial:
            return
        with example.trial as trial:
            if checked:
                trial.finish()
            else:
                trial.abandon()
            if self._note(trial):
                self._over = True
                raise SearchIsOver


class Example:
    """One that is being drawn. Its Trial begins once there are enough steps for a pool."""

    def __init__(self, scenario: Scenario, programs: capsule.Programs) -> None:
        self._scenario, self._programs = scenario, programs
        self.trial: Trial | None = None

    @property
    def manner(self) -> Manner:
        return self._scenario.manner

    def apply(self, step: steps.Step) -> None:
        if self.trial:
            self.trial.apply(step)
            return
        self._scenario = dataclasses.replace(self._scenario, steps=(*self._scenario.steps, step))
        if len(self._scenario.steps) >= _LEAST_STEPS:
            self.trial = Trial(self._programs, self._scenario)

    @property
    def failed(self) -> bool:
        """A checker has complained up to now."""
        return bool(self.trial and self.trial.verdict.violations)

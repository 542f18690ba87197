"""Class Trial: a scenario played on a pool of its own, in a temporary folder."""

import contextlib
import dataclasses
import tempfile
from typing import Self

from .capsule import Programs
from .execution import Execution
from .pool import Pool
from .scenario import Scenario
from .steps import Step
from .verdict import Verdict


class NotStarted(AssertionError):
    """The pool was not ready, so that nothing was tried."""


class Trial:
    """The pool of `programs` starts, and the scenario's steps are applied, at once; more may follow.
    It is a context manager: with it, pool and folder end."""

    def __init__(self, programs: Programs, scenario: Scenario) -> None:
        self.programs, self.scenario = programs, scenario
        self._folder = tempfile.TemporaryDirectory(prefix="iotcpd-")
        self.pool = self._start()
        self.execution = Execution(self.pool, scenario.promises(), programs.rest_s)
        try:
            for step in scenario.steps:
                self.execution.apply(step)
        except BaseException:
            self.__exit__()
            raise

    def _start(self) -> Pool:
        with contextlib.ExitStack() as when_it_fails:
            when_it_fails.callback(self._folder.cleanup)
            try:
                pool = Pool(self.programs.redirector, self.programs.fake_daemon, self._folder.name,
                            self.scenario)
                when_it_fails.callback(pool.end)
                pool.wait_ready()
            except (AssertionError, OSError) as error:
                raise NotStarted(str(error)) from error
            when_it_fails.pop_all()
            return pool

    def apply(self, step: Step) -> None:
        """One more."""
        self.scenario = dataclasses.replace(self.scenario, steps=(*self.scenario.steps, step))
        self.execution.apply(step)

    @property
    def verdict(self) -> Verdict:
        return self.execution.verdict

    def finish(self) -> None:
        """The last check and the end of the pool; its files are there until the end of this."""
        self.execution.finish()

    def abandon(self) -> None:
        """The end of the pool, without a check."""
        self.execution.abandon()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.execution.abandon()
        self._folder.cleanup()

"""Class Trial: a scenario played on a pool of its own, in a temporary folder."""

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
        pool = None
        try:
            pool = Pool(self.programs.redirector, self.programs.fake_daemon, self._folder.name,
                        self.scenario)
            return pool.wait_ready()
        except BaseException as error:
            if pool:
                pool.end()
            self._folder.cleanup()
            if isinstance(error, (AssertionError, OSError)):
                raise NotStarted(str(error)) from error
            raise

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

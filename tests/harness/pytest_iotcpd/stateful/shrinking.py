"""Makes a failing scenario smaller for as long as it still fails."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator

from .scenario import Scenario

#: Plays a scenario and tells whether it fails.
Fails = Callable[[Scenario], bool]


def shrink(scenario: Scenario, fails: Fails) -> Scenario:
    """The smallest scenario found: fewer steps first, then a simpler manner, fewer daemons, clients, words.

    `fails(scenario)` plays one and tells whether it fails in the same way; it is asked at most a few
    times for each step.
    """
    scenario = _without_steps(scenario, fails)
    scenario = _in_a_simpler_manner(scenario, fails)
    scenario = _first_that_fails(scenario, _fewer_daemons(scenario), fails)
    for position in range(len(scenario.steps)):
        scenario = _first_that_fails(scenario, _simpler_at(scenario, position), fails)
    return scenario


def _without_steps(scenario: Scenario, fails: Fails) -> Scenario:
    """Leave out pieces from the end on: halves first, single steps last."""
    piece = max(1, len(scenario.steps) // 2)
    while True:
        start = len(scenario.steps) - piece
        while start > -piece:
            steps = scenario.steps
            candidate = dataclasses.replace(
                scenario, steps=steps[:max(start, 0)] + steps[start + piece:])
            if len(candidate.steps) < len(steps) and fails(candidate):
                scenario = candidate
            start -= piece
        if piece == 1:
            return scenario
        piece //= 2


def _in_a_simpler_manner(scenario: Scenario, fails: Fails) -> Scenario:
    while True:
        candidates = [dataclasses.replace(scenario, manner=manner) for manner in scenario.manner.simpler()]
        simpler = _first_that_fails(scenario, candidates, fails)
        if simpler is scenario:
            return scenario
        scenario = simpler


def _fewer_daemons(scenario: Scenario) -> list[Scenario]:
    return [dataclasses.replace(scenario, num_daemons=number)
            for number in range(scenario.manner.threads, scenario.num_daemons)]


def _simpler_at(scenario: Scenario, position: int) -> Iterator[Scenario]:
    """The scenario with one step that has less of something, the least first."""
    step = scenario.steps[position]
    for field in dataclasses.fields(step):
        least = {"words": "", "count": 1, "clients": 1, "daemon": 0}.get(field.name)
        if least is not None and getattr(step, field.name) not in (least, 0):
            simpler = dataclasses.replace(step, **{field.name: least})
            yield dataclasses.replace(
                scenario, steps=(*scenario.steps[:position], simpler,
                                 *scenario.steps[position + 1:]))


def _first_that_fails(scenario: Scenario, candidates: Iterable[Scenario], fails: Fails) -> Scenario:
    return next(filter(fails, candidates), scenario)

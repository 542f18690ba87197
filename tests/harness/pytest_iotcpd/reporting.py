"""What reports say of a test: the seed and the scenario; the programs' output when it failed."""

import inspect
from collections.abc import Generator
from typing import Any

import pytest

from . import deadline, seed
from .running import OUTCOME, RUNNING
from .valgrind import WATCH

#: Who uses one of these runs a program.
PROGRAM_FIXTURES = frozenset({
    "iotcpd", "iotcpd_run", "fake", "fake_daemon", "loadgen", "loadgen_run", "loadgen_command",
    "line_server", "fake_daemon_binary", "iotcpd_binary", "loadgen_binary"})


def scenario_of(item: pytest.Item) -> str:
    """The first sentence of the test's docstring, else its name as words; then its parameters."""
    function = getattr(item, "function", None)
    told = inspect.cleandoc(getattr(function, "__doc__", None) or "").partition("\n\n")[0]
    sentence = " ".join(told.split()) or getattr(item, "originalname", item.name).removeprefix(
        "test_").replace("_", " ")
    call = getattr(item, "callspec", None)
    return f"{sentence} [{call.id}]" if call else sentence


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    deadline.begin_watch()
    if PROGRAM_FIXTURES.intersection(getattr(item, "fixturenames", ())):
        item.user_properties.append(("seed", str(seed.seed_of(item.config))))
        item.user_properties.append(("scenario", scenario_of(item)))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    outcome = yield
    report = outcome.get_result()
    if report.when == "call":
        item.stash[OUTCOME] = report.outcome
    if report.failed:
        for programs in item.stash.get(RUNNING, []):
            for program in programs:
                report.sections.extend(program.report_sections())
        # At the end of the test what it has found is why that failed.
        if WATCH in item.stash and report.when != "teardown":
            report.sections.extend(item.stash[WATCH].report_sections())

"""The option --iotcpd-report, and the hooks that gather what the report says.

Each process that runs tests gathers; the one that prints, to which the reports of all workers come,
writes.
"""

import os
import pathlib
import time
from collections.abc import Generator
from typing import Any

import pytest

from .. import witness
from .gatherer import Gatherer
from .page import page
from .properties import properties
from .verdicts import Result

JUNIT_NAME, PAGE_NAME = "junit.xml", "index.html"
#: By exit code: what is here is not all there was to be.
_BROKEN_OFF: dict[int, str] = {
    pytest.ExitCode.INTERRUPTED: "The run was interrupted: tests that it did not come to are not here.",
    pytest.ExitCode.INTERNAL_ERROR: "The run was broken off by an error in pytest or a plugin."}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("iotcpd").addoption(
        "--iotcpd-report", default=None, metavar="DIR",
        help=f"write what was injected and what was seen to DIR/{PAGE_NAME}, and, unless --junitxml names"
             f" another file, the tests with the same as properties to DIR/{JUNIT_NAME}")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Before pytest's own JUnit plugin looks for the name of its file."""
    folder = config.getoption("--iotcpd-report")
    if not folder or config.option.collectonly:
        return
    config.pluginmanager.register(Observer(), "iotcpd-observer")
    if not hasattr(config, "workerinput"):
        path = config.invocation_params.dir / folder
        _make(path)
        config.option.xmlpath = config.option.xmlpath or str(path / JUNIT_NAME)
        config.pluginmanager.register(Writer(config, path / PAGE_NAME), "iotcpd-report")


def _make(folder: pathlib.Path) -> None:
    """The folder, while nothing is lost yet when that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise pytest.UsageError(f"--iotcpd-report: {error}; accepted is a folder to write to") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise pytest.UsageError(f"--iotcpd-report: {folder} cannot be written to")


class Observer:
    """A plugin of each process that runs tests: facts go with the report of the teardown."""

    def __init__(self) -> None:
        self._gatherer = Gatherer()
        self._before = witness.present()
        witness.call(self._gatherer)

    def pytest_unconfigure(self) -> None:
        witness.call(self._before)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        self._gatherer.begin()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item,
                                  call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
        facts = self._gatherer.facts() if call.when == "teardown" else {}
        item.user_properties += properties(facts)
        outcome = yield
        if facts:
            outcome.get_result().iotcpd_facts = facts


class Writer:
    """A plugin of the process that prints."""

    def __init__(self, config: pytest.Config, path: pathlib.Path) -> None:
        self._config, self._path = config, path
        self._results: dict[str, Result] = {}
        self._started = time.time()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._results.setdefault(report.nodeid, Result(report.nodeid)).add(report)

    def pytest_terminal_summary(self, terminalreporter: Any, exitstatus: int) -> None:
        about = self._about()
        if exitstatus in _BROKEN_OFF:
            about.append(_BROKEN_OFF[exitstatus])
        # What a test says may be no text, such as halves of surrogates.
        self._path.write_text(page(list(self._results.values()), about, self._started),
                              encoding="utf-8", errors="backslashreplace")
        terminalreporter.write_line(f"iotcpd report: {self._path}, {self._config.option.xmlpath}")

    def _about(self) -> list[str]:
        """What the header of the session says of the programs."""
        told = self._config.hook.pytest_report_header(
            config=self._config, start_path=self._config.invocation_params.dir)
        lines = [line for lines in told for line in ([lines] if isinstance(lines, str) else lines)]
        return [line for line in lines if line.startswith(("iotcpd:", "redirector:"))]

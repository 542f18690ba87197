"""Which cells of the matrix were played: the table at the end of a run, and its verdict."""

import pathlib
from typing import Any

import pytest

from . import report
from .table import ALL_CELLS, CELLS

#: user_properties name of the cell that a test plays. The test passes only if the fault has fired.
PLAYED = "fault_matrix_cell"


class MatrixReport:
    """A pytest plugin: gathers what the tests of the matrix report, from the workers of pytest-xdist too.

    When nobody asked for a part of them, a declared cell that no test has played fails the session.
    `--fault-matrix=FILE` writes the whole table, as Markdown.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._verdicts: dict[str, str] = {}
        self._known = {str(cell): cell for cell in CELLS}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name == PLAYED and (report.when == "call" or report.failed):
                cell = str(value)
                self._verdicts[cell] = report.outcome if self._verdicts.get(cell) != "failed" else "failed"

    def _missing(self) -> list[str]:
        return [name for name in self._known if name not in self._verdicts]

    def _is_partial(self) -> bool:
        option = self._config.option
        narrowed = (option.keyword, option.markexpr, getattr(option, "lf", False), option.deselect,
                    option.maxfail, getattr(option, "stepwise", False))
        return any(narrowed) or any("::" in argument for argument in self._config.args)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self._verdicts and exitstatus == pytest.ExitCode.OK and self._missing() and not self._is_partial():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if not self._verdicts:
            return
        terminalreporter.section("fault × state × queue")
        terminalreporter.write_line(report.as_text(ALL_CELLS, self._verdicts))
        missing = self._missing()
        if missing and not self._is_partial():
            terminalreporter.write_line(f"FAILED: {len(missing)} declared cells were never played, such as "
                                        f"{', '.join(missing[:5])}", red=True)
        path = self._config.getoption("--fault-matrix")
        if path:
            pathlib.Path(path).write_text(report.as_markdown(ALL_CELLS, self._verdicts), encoding="utf-8")

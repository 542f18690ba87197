"""The redirector under valgrind: what that finds fails the test."""

import os
import pathlib
import shutil

import pytest

#: Everything takes so much longer.
TIMEOUT_SCALE = 5.0
#: Exit code of a program in which something was found.
ERROR_EXIT_CODE = 97


class Valgrind:
    """Puts valgrind before a command; `findings` are the errors and definite leaks that it has
    reported into `folder`. Daemons run as ever."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = pathlib.Path(folder)

    def words(self, command: list[str]) -> list[str]:
        """`command`, watched."""
        log = self._folder / "valgrind.%p.log"
        return ["valgrind", "--quiet", f"--error-exitcode={ERROR_EXIT_CODE}", "--leak-check=full",
                "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite",
                "--child-silent-after-fork=yes", f"--log-file={log}", *command]

    def findings(self) -> list[str]:
        """What it has found so far, a text for each process."""
        reports = (path.read_text(errors="replace").strip()
                   for path in sorted(self._folder.glob("valgrind.*.log")))
        return [f"valgrind: {report}" for report in reports if report]

    def report_sections(self) -> list[tuple[str, str]]:
        """(title, text) pairs for the report of a failed test."""
        return [("valgrind", finding) for finding in self.findings()]


class Unwatched:
    """The same without valgrind."""

    def words(self, command: list[str]) -> list[str]:
        return command

    def findings(self) -> list[str]:
        return []


#: What watches the redirector of a test, if anything does.
WATCH = pytest.StashKey[Valgrind]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "not_under_valgrind(reason): skipped with --iotcpd-valgrind")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    mark = item.get_closest_marker("not_under_valgrind")
    if mark and item.config.getoption("--iotcpd-valgrind"):
        _skip(*mark.args, **mark.kwargs)


def _skip(reason: str) -> None:
    pytest.skip(f"not under valgrind: {reason}")


@pytest.fixture
def iotcpd_watch(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Valgrind | Unwatched:
    """What the redirector of this test runs under."""
    if not request.config.getoption("--iotcpd-valgrind"):
        return Unwatched()
    if not shutil.which("valgrind"):
        pytest.fail("--iotcpd-valgrind: no program valgrind on PATH", pytrace=False)
    watch = request.node.stash[WATCH] = Valgrind(tmp_path)
    return watch

"""Class Run: what came of one run of pytest."""

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import IO

from .. import proc
from ..run_report import junit_verdicts, plugin

#: As long as a test may take that ends many programs.
_PATIENCE_S = 60


@dataclasses.dataclass(frozen=True)
class Run:
    """`tests` are {test: verdict}, as run_report.verdicts has them."""
    number: int
    exit_code: int
    wall_s: float
    tests: Mapping[str, str]

    @property
    def verdicts(self) -> Counter[str]:
        """How many tests have each."""
        return Counter(self.tests.values())

    @property
    def red(self) -> bool:
        """A run that tests nothing is, too."""
        return self.exit_code != 0 or not self.tests


def play(number: int, words: Sequence[str], folder: str) -> Run:
    """pytest with these words, in a process of its own. Its report and what it says, `pytest.txt`, are
    left in the folder."""
    os.makedirs(folder, exist_ok=True)
    report = os.path.join(folder, plugin.JUNIT_NAME)
    # As if it were started by hand: the path to this module is none of the tests' business.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with open(os.path.join(folder, "pytest.txt"), "wb") as said:
        started = time.monotonic()
        exit_code = _call(
            [sys.executable, "-m", "pytest", *words, f"--iotcpd-report={folder}", f"--junitxml={report}"],
            environment, said)
        wall_s = time.monotonic() - started
    return Run(number, exit_code, wall_s, _verdicts(report))


def _call(command: Sequence[str], environment: Mapping[str, str], said: IO[bytes]) -> int:
    """The exit code of pytest, in a group of its own: Ctrl-C is for us, and what interrupts us is passed
    on once, since a second time would keep fixtures from ending their programs."""
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=said,
                          stderr=subprocess.STDOUT, process_group=0, preexec_fn=_before_exec) as pytest:
        try:
            return pytest.wait()
        except KeyboardInterrupt:
            _interrupt(pytest)
            raise


def _before_exec() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ignored by whoever is started in the background.
    proc.get_signal_at_death_of_parent(signal.SIGINT)


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    """Its workers, too, as a terminal does. Who interrupts us again does not want to wait."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE_S)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def _verdicts(report: str) -> dict[str, str]:
    try:
        return junit_verdicts.read_verdicts(report)
    except (OSError, xml.etree.ElementTree.ParseError):  # it did not come as far as that
        return {}

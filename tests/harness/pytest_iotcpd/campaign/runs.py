"""Class Run: what came of one run of pytest."""

import dataclasses
import os
import subprocess
import sys
import time
import xml.etree.ElementTree
from collections import Counter
from collections.abc import Sequence

from ..run_report import junit_verdicts, plugin


@dataclasses.dataclass(frozen=True)
class Run:
    """`verdicts` are those of run_report.verdicts."""
    number: int
    exit_code: int
    wall_s: float
    verdicts: Counter[str]

    @property
    def red(self) -> bool:
        """A run that tests nothing is, too."""
        return self.exit_code != 0 or not self.verdicts.total()


def play(number: int, words: Sequence[str], folder: str) -> Run:
    """pytest with these words, in a process of its own. Its report and what it says, `pytest.txt`, are
    left in the folder."""
    os.makedirs(folder, exist_ok=True)
    report = os.path.join(folder, plugin.JUNIT_NAME)
    # As if it were started by hand: the path to this module is none of the tests' business.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with open(os.path.join(folder, "pytest.txt"), "wb") as said:
        started = time.monotonic()
        exit_code = subprocess.call(
            [sys.executable, "-m", "pytest", *words, f"--iotcpd-report={folder}", f"--junitxml={report}"],
            env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        wall_s = time.monotonic() - started
    return Run(number, exit_code, wall_s, _verdicts(report))


def _verdicts(report: str) -> Counter[str]:
    try:
        return junit_verdicts.count_verdicts(report)
    except (OSError, xml.etree.ElementTree.ParseError):  # it did not come as far as that
        return Counter()

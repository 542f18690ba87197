"""Class Run: the conformance scenarios over a command, in a pytest of their own."""

import functools
import json
import os
import re
import signal
import subprocess
import sys

from pytest_iotcpd import scaled

LONGEST_S = 240
#: Of a test that waits for a Run: more than LONGEST_S as sanitizers scale it.
TIMEOUT_S = 900
#: What is seen of a scenario and is nobody's being late.
INEXCUSABLE = re.compile("neither its own reply nor a refusal|the redirector ended by itself")
MUTANT = "{python} {harness}/mutants --bug {bug} -p {{port}} -n {{n}} -d {{daemon}} -b 1 -a 200ms"


class Run:
    """One run of the scenarios over a command: what was printed, and the table as JSON. It goes on
    in the background until somebody wants to know."""

    def __init__(self, harness, json_path, command, *words, patience=1):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "pytest_iotcpd",
             "--pyargs", "pytest_iotcpd.conformance", f"--iotcpd-binary={command}",
             f"--timeout-scale={scaled(patience)}", f"--conformance-json={json_path}", *words],
            env={**os.environ, "PYTHONPATH": str(harness)}, cwd=json_path.parent,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._json_path = json_path

    @functools.cached_property
    def table(self):
        """None when it came to none."""
        return json.loads(self._json_path.read_text()) if self.ended and self._json_path.exists() else None

    @functools.cached_property
    def ended(self):
        """Waits for it. Interrupted, it still ends what it has started."""
        try:
            out, err = self._process.communicate(timeout=scaled(LONGEST_S))
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGINT)
            out, err = self._process.communicate(timeout=scaled(30))
        return subprocess.CompletedProcess(self._process.args, self._process.returncode, out, err)

    def verdicts(self):
        assert self.table, self.ended.stdout + self.ended.stderr
        return {scenario["id"]: scenario["verdict"] for scenario in self.table["scenarios"]}

    def not_passed(self):
        return {name: verdict for name, verdict in self.verdicts().items() if verdict != "passed"}

    def inexcusable(self):
        """{scenario: what was seen} of those in which no lateness explains what was seen."""
        assert self.table, self.ended.stdout + self.ended.stderr
        return {scenario["id"]: scenario["reason"] for scenario in self.table["scenarios"]
                if scenario["verdict"] == "failed" and INEXCUSABLE.search(scenario["reason"])}


def start(repository, folder, command, *words, patience=1, **fields):
    """The Run of the scenarios that `words` choose; {python}, {harness} and `fields` in the command are
    filled in. Deadlines of the scenarios are multiplied by `patience`."""
    harness = repository / "tests/harness"
    return Run(harness, folder / "table.json",
               command.format(python=sys.executable, harness=harness, **fields), *words,
               patience=patience)

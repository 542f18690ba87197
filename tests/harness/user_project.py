"""Class UserProject: a folder with somebody else's tests, run by pytest in a process of its own."""

import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree

from pytest_iotcpd import scaled

HARNESS = pathlib.Path(__file__).resolve().parent


class UserProject:
    """`files` are {name: text}; `python` runs pytest, with the plugin from the sources unless it
    has its own (`from_sources`)."""

    def __init__(self, folder, files, *, python=sys.executable, from_sources=True):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._python, self._from_sources = str(python), from_sources
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def run(self, *words, path=None, within=180):
        """A CompletedProcess with text; `path` is PATH."""
        plugin = ["-p", "pytest_iotcpd"] if self._from_sources else []
        environment = {**os.environ, "PYTHONPATH": str(HARNESS) if self._from_sources else "",
                       "PATH": path or os.environ["PATH"]}
        environment.pop("PYTEST_ADDOPTS", None)
        return subprocess.run(
            [self._python, "-m", "pytest", "-p", "no:cacheprovider", *plugin,
             "--junit-xml=junit.xml", *map(str, words)],
            cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=scaled(within), check=False)

    def outcomes(self):
        """{name of the test: "passed", "failed", "error" or "skipped"} as JUnit has it."""
        found = {}
        for case in self._cases():
            tags = {child.tag for child in case} & {"failure", "error", "skipped"}
            found[case.get("name")] = {"failure": "failed"}.get(tag := "".join(sorted(tags)[:1]),
                                                                tag) or "passed"
        return found

    def properties(self, name):
        """What JUnit has of a test, such as {"seed": "7"}."""
        (case,) = [case for case in self._cases() if case.get("name") == name]
        return {prop.get("name"): prop.get("value") for prop in case.iter("property")}

    def _cases(self):
        return xml.etree.ElementTree.parse(self.folder / "junit.xml").iter("testcase")

"""Loads the harness for every test below, from the sources beside it."""

import os
import pathlib
import sys

import pytest

_HARNESS = pathlib.Path(__file__).resolve().parent / "harness"

# An entry point has been loaded by now, of whatever version it is.
if _installed := sys.modules.get("pytest_iotcpd"):
    _loaded = pathlib.Path(_installed.__file__).resolve().parent
    if _loaded.parent != _HARNESS:
        raise pytest.UsageError(f"these tests need the pytest_iotcpd of {_HARNESS}, and {_loaded} is installed:"
                                f" use a Python without it, or pip install -e {_HARNESS}")

sys.path.insert(0, str(_HARNESS))

pytest_plugins = ["pytest_iotcpd"]


def pytest_configure(config):
    """Runs of pytest within tests find the programs of the build under test, whatever redirector they test."""
    words = (config.getoption("--iotcpd-binary") or "").split()
    if words and os.sep in words[0]:
        os.environ["PATH"] += os.pathsep + os.path.abspath(os.path.dirname(words[0]))

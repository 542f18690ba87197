"""Loads the harness for every test below, and names the folder of faulty daemons."""

import pathlib
import shlex
import sys

import pytest

_HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(_HERE / "harness"))

pytest_plugins = ["pytest_iotcpd"]


@pytest.fixture(scope="session")
def faulty():
    """faulty("late_writer", 50) -> command for --daemon of the script in tests/e2e/daemons/."""
    def command(name, *arguments):
        script = _HERE / "e2e" / "daemons" / name
        assert script.is_file(), f"no such daemon: {script}"
        return shlex.join([str(script), *map(str, arguments)])

    return command

"""The options of the scenarios, what reports say of them, and the table at the end."""

import importlib
import inspect
import pathlib
import shutil

import pytest

from ..redirector_command import COMMAND
from .scoreboard import PROPERTY, Scoreboard

_FOLDER = pathlib.Path(__file__).resolve().parent
_PACKAGE = "pytest_iotcpd.conformance"


def pytest_addoption(parser):
    group = parser.getgroup("iotcpd conformance")
    group.addoption("--conformance-json", default=None, metavar="FILE",
                    help=f"write the table of {_PACKAGE} to FILE")
    group.addoption("--conformance-patience", type=float, default=20.0, metavar="S",
                    help="a redirector that has timeouts gives up what hangs within S seconds"
                         " (default: 20)")


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Scoreboard(lambda: config.stash[COMMAND].text,
                                                 config.getoption("--conformance-json")))


def pytest_ignore_collect(collection_path, config):
    """Only who names the scenarios gets them: they are no tests of the repository's own."""
    if collection_path == _FOLDER and not any(_names_scenarios(word, config) for word in config.args):
        return True
    return None


def _names_scenarios(word, config):
    if str(word).startswith(_PACKAGE):
        return True
    path = (config.invocation_params.dir / str(word).partition("::")[0]).resolve()
    return path == _FOLDER or _FOLDER in path.parents


def pytest_collection_modifyitems(config, items):
    chosen = [item for item in items if item.path.parent == _FOLDER]
    for item in chosen:
        item.user_properties.append((PROPERTY, describe(item.path, item.function)))
    program = config.stash[COMMAND].words[0]
    if chosen and not shutil.which(program):
        raise pytest.UsageError(f"--iotcpd-binary names no program that can be run: {program}")


def describe(path, function):
    """What a scenario is called and claims: {"id": ..., "area": ..., "claim": ...}."""
    area = path.stem.removeprefix("test_").replace("_", "-")
    name = function.__name__.removeprefix("test_").replace("_", "-")
    claim = " ".join(inspect.cleandoc(function.__doc__).partition("\n\n")[0].split())
    return {"id": f"{area}/{name}", "area": area, "claim": claim}


def scenarios():
    """All there are, as `describe` tells them, in the order of their areas."""
    found = []
    for path in sorted(_FOLDER.glob("test_*.py")):
        module = importlib.import_module(f"{_PACKAGE}.{path.stem}")
        found += [describe(path, function) for name, function in vars(module).items()
                  if name.startswith("test_")]
    return found

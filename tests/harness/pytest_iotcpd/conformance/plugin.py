"""The options of the scenarios, what reports say of them, and the table at the end."""

import importlib
import inspect
import pathlib
import shutil
import typing

import pytest

from .. import checked_options
from ..deadline import scaled
from ..redirector_command import COMMAND
from .scoreboard import PROPERTY, Scoreboard

_FOLDER = pathlib.Path(__file__).resolve().parent
_PACKAGE = "pytest_iotcpd.conformance"
#: A slow redirector is not a broken one: each wait of a scenario has a deadline of its own.
_LONGEST_S = 300
_LONGEST_PATIENCE_S = 200  #: within the former


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("iotcpd conformance")
    group.addoption("--conformance-json", default=None, metavar="FILE",
                    help=f"write the table of {_PACKAGE} to FILE")
    group.addoption("--conformance-patience", type=float, default=20.0, metavar="S",
                    help="a redirector that has timeouts gives up what hangs within S seconds"
                         " (default: 20)")


def pytest_configure(config: pytest.Config) -> None:
    checked_options.positive("--conformance-patience", config.getoption("--conformance-patience"),
                             _LONGEST_PATIENCE_S)
    checked_options.file_to_write("--conformance-json", config.getoption("--conformance-json"))
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Scoreboard(lambda: config.stash[COMMAND].text,
                                                 config.getoption("--conformance-json")))


def pytest_ignore_collect(collection_path: pathlib.Path, config: pytest.Config) -> bool | None:
    """Only who names the scenarios gets them: they are no tests of the repository's own."""
    if collection_path == _FOLDER and not any(_names_scenarios(word, config) for word in config.args):
        return True
    return None


def _names_scenarios(word: str, config: pytest.Config) -> bool:
    if str(word).startswith(_PACKAGE):
        return True
    path = (config.invocation_params.dir / str(word).partition("::")[0]).resolve()
    return path == _FOLDER or _FOLDER in path.parents


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = [item for item in items if isinstance(item, pytest.Function) and item.path.parent == _FOLDER]
    for item in chosen:
        item.user_properties.append((PROPERTY, describe(item.path, item.function)))
        item.add_marker(pytest.mark.timeout(scaled(_LONGEST_S)))
    program = config.stash[COMMAND].words[0]
    if chosen and not shutil.which(program):
        raise pytest.UsageError(f"--iotcpd-binary names no program that can be run: {program}")


def describe(path: pathlib.Path, function: typing.Callable[..., object]) -> dict[str, str]:
    """What a scenario is called and claims: {"id": ..., "area": ..., "claim": ...}."""
    area = path.stem.removeprefix("test_").replace("_", "-")
    name = function.__name__.removeprefix("test_").replace("_", "-")
    claim = " ".join(inspect.cleandoc(function.__doc__ or "").partition("\n\n")[0].split())
    return {"id": f"{area}/{name}", "area": area, "claim": claim}


def scenarios() -> list[dict[str, str]]:
    """All there are, as `describe` tells them, in the order of their areas."""
    found = []
    for path in sorted(_FOLDER.glob("test_*.py")):
        module = importlib.import_module(f"{_PACKAGE}.{path.stem}")
        found += [describe(path, function) for name, function in vars(module).items()
                  if name.startswith("test_")]
    return found

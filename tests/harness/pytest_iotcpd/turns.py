"""Tests about time have the machine to themselves, however many workers pytest-xdist starts.

Every test waits for its turn before its timeout begins: one of the group "timing" until no other test
runs, any other until no test of the group runs or waits. Tests of the group come first, also those of a file
that has others, then files with the longest timeouts, so that no worker idles for long.
"""

import contextlib
import fcntl
import functools
import json
import os
import pathlib
import tempfile
from collections.abc import Generator, Iterable, Iterator
from typing import Any

import pytest

GROUP = "timing"
_FOLDER = "iotcpd_turns"
_GROUP_FILE = "group.json"  #: in that folder: the names of the group's tests
_OF_SESSION = pytest.StashKey[str]()
_TURNS = pytest.StashKey["Turns"]()


class Turns:
    """The turns of all processes that name the same `folder`. Who dies gives up its turn."""

    def __init__(self, folder: str) -> None:
        self._entrance, self._room = (os.open(os.path.join(folder, name), os.O_RDWR | os.O_CREAT, 0o600)
                                      for name in ("entrance", "room"))

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else has a turn. Who waits for this stands in the entrance: nobody passes."""
        with _locked(self._entrance, fcntl.LOCK_EX), _locked(self._room, fcntl.LOCK_EX):
            yield

    @contextlib.contextmanager
    def beside_others(self) -> Iterator[None]:
        """Nobody is alone."""
        with _locked(self._entrance, fcntl.LOCK_SH):
            fcntl.flock(self._room, fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(self._room, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._entrance)
        os.close(self._room)


@contextlib.contextmanager
def _locked(descriptor: int, kind: int) -> Iterator[None]:
    fcntl.flock(descriptor, kind)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def needs_quiet(item: pytest.Item) -> bool:
    """Whether it is a test of the group."""
    return any(GROUP in (*mark.args, mark.kwargs.get("name")) for mark in item.iter_markers("xdist_group"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """pytest-xdist starts a worker."""
    config: pytest.Config = node.config
    if _OF_SESSION not in config.stash:
        folder = tempfile.TemporaryDirectory(prefix="pytest_iotcpd-turns-")
        config.add_cleanup(folder.cleanup)
        config.stash[_OF_SESSION] = folder.name
    node.workerinput[_FOLDER] = config.stash[_OF_SESSION]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Where files are shared out, the group's tests of a file are a piece of work of their own."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import]

    class Scheduling(LoadFileScheduling):
        @functools.cached_property
        def _group(self) -> frozenset[str]:
            return _read_group(config.stash[_OF_SESSION])

        def _split_scope(self, nodeid: str) -> str:
            scope: str = super()._split_scope(nodeid)
            return f"{scope} ({GROUP})" if nodeid in self._group else scope

    return Scheduling(config, log)


def _write_group(folder: str, items: Iterable[pytest.Item]) -> None:
    """All workers write the same."""
    with tempfile.NamedTemporaryFile("w", dir=folder, encoding="utf-8", delete=False) as file:
        json.dump([item.nodeid for item in items if needs_quiet(item)], file)
    os.replace(file.name, os.path.join(folder, _GROUP_FILE))


def _read_group(folder: str) -> frozenset[str]:
    with open(os.path.join(folder, _GROUP_FILE), encoding="utf-8") as file:
        return frozenset(json.load(file))


def pytest_configure(config: pytest.Config) -> None:
    folder = getattr(config, "workerinput", {}).get(_FOLDER)
    if folder:
        turns = config.stash[_TURNS] = Turns(folder)
        config.add_cleanup(turns.close)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if _TURNS not in config.stash:
        return
    longest_s: dict[tuple[bool, pathlib.Path], float] = {}
    for item in items:
        longest_s[_piece(item)] = max(longest_s.get(_piece(item), 0.0), _timeout_s(item))
    items.sort(key=lambda item: (not needs_quiet(item), -longest_s[_piece(item)]))
    _write_group(config.workerinput[_FOLDER], items)  # type: ignore[attr-defined]


def _piece(item: pytest.Item) -> tuple[bool, pathlib.Path]:
    """What a worker does as a whole."""
    return needs_quiet(item), item.path


def _timeout_s(item: pytest.Item) -> float:
    """The deadline of its own that a test has, of pytest-timeout; 0 without one."""
    mark = item.get_closest_marker("timeout")
    return float((*mark.args, mark.kwargs.get("timeout"), 0)[0] or 0) if mark else 0.0


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, None]:
    turns = item.config.stash.get(_TURNS, None)
    if turns is None:
        yield
    else:
        with turns.alone() if needs_quiet(item) else turns.beside_others():
            yield

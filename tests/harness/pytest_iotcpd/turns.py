"""Tests about time have the machine to themselves, however many workers pytest-xdist starts.

Every test waits for its turn before its timeout begins: one of the group "timing" until no other test
runs, any other until no test of the group runs, waits, or is still to come: what a file's fixtures have
begun goes on between its tests. Tests of the group come first, also those of a file that has others, then
files with the longest timeouts, so that no worker idles for long.
"""

import contextlib
import fcntl
import functools
import json
import os
import pathlib
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator
from typing import Any

import pytest

GROUP = "timing"
_FOLDER = "iotcpd_turns"
_GROUP_FILE = "group.json"  #: in that folder: the names of the group's tests
_OF_SESSION = pytest.StashKey[str]()
_TURNS = pytest.StashKey["Turns"]()
_PATIENCE_S = 2.0  #: with a group of which nobody begins a test
_LOOK_EVERY_S = 0.02


class Turns:
    """The turns of all processes that name the same `folder`. Who dies gives up its turn. `group_size` tests
    are to be alone."""

    def __init__(self, folder: str) -> None:
        self.group_size = 0
        self._entrance, self._room, self._begun = (
            os.open(os.path.join(folder, name), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            for name in ("entrance", "room", "begun"))  # `begun` has a byte for each test of the group

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else has a turn. Who waits for this stands in the entrance: nobody passes."""
        with _locked(self._entrance, fcntl.LOCK_EX), _locked(self._room, fcntl.LOCK_EX):
            os.write(self._begun, b".")
            yield

    @contextlib.contextmanager
    def beside_others(self) -> Iterator[None]:
        """Nobody is alone."""
        self._let_the_group_go_first()
        with _locked(self._entrance, fcntl.LOCK_SH):
            fcntl.flock(self._room, fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(self._room, fcntl.LOCK_UN)

    def _let_the_group_go_first(self) -> None:
        """Until all its tests have begun; or nobody begins one any more, since the session ends early or a
        worker has died."""
        gives_up_s = time.monotonic() + _PATIENCE_S
        while os.fstat(self._begun).st_size < self.group_size and time.monotonic() < gives_up_s:
            if self._is_somebody_alone():
                gives_up_s = time.monotonic() + _PATIENCE_S
            time.sleep(_LOOK_EVERY_S)

    def _is_somebody_alone(self) -> bool:
        try:
            with _locked(self._room, fcntl.LOCK_SH | fcntl.LOCK_NB):
                return False
        except BlockingIOError:
            return True

    def close(self) -> None:
        for descriptor in (self._entrance, self._room, self._begun):
            os.close(descriptor)


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
    config.stash[_TURNS].group_size = sum(map(needs_quiet, items))
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

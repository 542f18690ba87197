"""Fixtures around the fake daemon."""

import functools
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .fake_daemon import FakeDaemon, FakeEvidence
from .finding import NotFound, find_program
from .redirector_command import COMMAND
from .running import running_programs


@pytest.fixture(scope="session")
def fake_daemon_binary(pytestconfig: pytest.Config) -> str:
    """iotcpd-fake-daemon: the one beside the redirector under test, else found as that is."""
    try:
        return find_program("iotcpd-fake-daemon", beside=pytestconfig.stash[COMMAND].words[0])
    except NotFound as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def fake(fake_daemon_binary: str, tmp_path: pathlib.Path) -> Callable[..., FakeEvidence]:
    """Factory of commands for --daemon that run fake daemons, with their journal and control.

    fake(*words, fault=["before-reply = drop"], latency="5ms", wrap=["cat"]) -> FakeEvidence;
    give str() of it to iotcpd(...).
    """
    return functools.partial(FakeEvidence, fake_daemon_binary, tmp_path)


@pytest.fixture
def fake_daemon(request: pytest.FixtureRequest, fake_daemon_binary: str,
                tmp_path: pathlib.Path) -> Iterator[Callable[..., FakeDaemon]]:
    """Factory of fake daemons on pipes of the test's own: the same arguments -> FakeDaemon."""
    def start(*words: str, **options: Any) -> FakeDaemon:
        daemon = FakeDaemon(fake_daemon_binary, tmp_path, *words, **options)
        daemons.append(daemon)
        return daemon

    with running_programs(request.node) as daemons:
        yield start

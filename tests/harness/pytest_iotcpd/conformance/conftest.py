"""Fixtures of the scenarios."""

import pathlib
import typing
from collections.abc import Iterator

import pytest

from ..redirector_command import COMMAND
from ..running import RUNNING
from ..traffic import unique_request
from .any_redirector import AnyRedirector, PoolNotStarted, StartPool
from .long_waits import LongWaits
from .observing import pid_that_served
from .offered import not_offered
from .starting import Starting

_TRIES_PER_DAEMON = 40


@pytest.fixture(scope="session")
def start_redirector(pytestconfig: pytest.Config, fake_daemon_binary: str) -> StartPool:
    """start_redirector(folder, n=1, answers=True, **options of the fake daemons) -> AnyRedirector."""
    return Starting(pytestconfig.stash[COMMAND], pytestconfig.invocation_params.dir, fake_daemon_binary)


@pytest.fixture
def pool(request: pytest.FixtureRequest, start_redirector: StartPool,
         tmp_path: pathlib.Path) -> Iterator[StartPool]:
    """Factory of ready redirectors over `n` fake daemons: pool(n=1, fault=..., latency=...).

    One that ends without the scenario having said that it `may_end` fails the scenario.
    """
    servers: list[AnyRedirector] = []
    request.node.stash.setdefault(RUNNING, []).append(servers)

    def start(n: int = 1, **options: typing.Any) -> AnyRedirector:
        servers.append(start_redirector(tmp_path, n, **options))
        return servers[-1]

    yield start
    ended = [server.returncode for server in servers if not server.running and not server.may_end]
    for server in servers:
        server.end_at_once()
    if ended:
        pytest.fail(f"the redirector ended by itself: exit code {ended[0]}", pytrace=False)


@pytest.fixture(scope="session")
def _keeps_daemons(start_redirector: StartPool, tmp_path_factory: pytest.TempPathFactory) -> bool:
    server = start_redirector(tmp_path_factory.mktemp("standing"))
    try:
        served = set()
        for _ in range(_TRIES_PER_DAEMON):
            request = unique_request()
            server.answer_to(request).assert_own()
            pid = pid_that_served(server, request)
            if pid in served:
                return True
            served.add(pid)
        return False
    finally:
        server.end_at_once()


@pytest.fixture
def standing_daemons(_keeps_daemons: bool) -> None:
    """The scenario is about daemons that serve one request after the other."""
    if not _keeps_daemons:
        not_offered("it keeps no daemons running: none has served two requests")


@pytest.fixture
def chosen_count(pytestconfig: pytest.Config) -> None:
    """The scenario is about a number of daemons that was chosen."""
    if not pytestconfig.stash[COMMAND].takes_count:
        not_offered("its command has no {n}")


@pytest.fixture(scope="session", autouse=True)
def _long_waits(request: pytest.FixtureRequest, start_redirector: StartPool,
                tmp_path_factory: pytest.TempPathFactory) -> Iterator[LongWaits | Exception | None]:
    """Begins with the session, so that the waiting goes on beside the scenarios. That it has not begun
    concerns those alone that ask for it."""
    if not any("long_waits" in getattr(item, "fixturenames", ()) for item in request.session.items):
        yield None
        return
    try:
        waits = LongWaits(start_redirector, tmp_path_factory.mktemp("long-waits"),
                          request.config.getoption("--conformance-patience"))
    except (AssertionError, OSError, PoolNotStarted) as error:
        yield error
        return
    yield waits
    waits.end()


@pytest.fixture
def long_waits(_long_waits: LongWaits | Exception | None) -> LongWaits:
    """What has come of a daemon that hangs and of clients that say nothing, LongWaits."""
    if isinstance(_long_waits, Exception):
        raise _long_waits
    assert _long_waits, "it begins with the session of whoever asks for it"
    return _long_waits

"""New daemons for old on SIGHUP."""

import signal

import pytest

from ..background_load import BackgroundLoad
from ..deadline import eventually
from .any_redirector import AnyRedirector, StartPool
from .observing import live_daemons
from .offered import needs_signal, not_offered

pytestmark = pytest.mark.usefixtures("standing_daemons")

REFRESH_WITHIN_S = 25.0


def refresh(server: AnyRedirector) -> None:
    """SIGHUP, and wait until none of the daemons that lived then is left."""
    needs_signal(server, signal.SIGHUP)
    old = set(live_daemons(server))
    server.signal(signal.SIGHUP)
    try:
        eventually(lambda: not old & set(live_daemons(server)) or not server.running, REFRESH_WITHIN_S)
    except AssertionError:
        not_offered(f"after SIGHUP and {REFRESH_WITHIN_S:g} s old daemons are still there")


def test_all_daemons_are_replaced(pool: StartPool, chosen_count: None) -> None:
    """After SIGHUP all daemons are new ones, and they serve."""
    server = pool(n=2)
    refresh(server)
    eventually(lambda: len(live_daemons(server)) == 2, 10.0, what="as many as before")


def test_no_request_is_lost(pool: StartPool, chosen_count: None) -> None:
    """While daemons are replaced after SIGHUP every request is answered by one of them."""
    server = pool(n=2)
    with BackgroundLoad(server, clients=2) as load:
        load.wait_more(20)
        refresh(server)
        load.wait_more(20)
    load.assert_all_echoed(at_least=40)

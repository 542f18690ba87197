"""The statistics block that the predecessor prints on SIGUSR1."""

import signal
import typing

import pytest

from .. import stats as blocks
from ..background_load import BackgroundLoad
from ..deadline import eventually
from ..iotcpd import ProgramEnded
from ..stats import Stats
from ..traffic import unique_request
from .answer import receive
from .any_redirector import AnyRedirector, StartPool
from .observing import wait_served
from .offered import needs_signal, not_offered


@pytest.fixture
def counted(pool: StartPool) -> StartPool:
    """counted(n=1): a pool that prints statistics."""
    def start(**settings: typing.Any) -> AnyRedirector:
        server = pool(**settings)
        needs_signal(server, signal.SIGUSR1)
        try:
            server.stats(within=3.0)
        except AssertionError:
            not_offered("no statistics block came on stdout after SIGUSR1")
        except ProgramEnded as error:
            pytest.fail(f"SIGUSR1 ended it: {error}")
        return server

    return start


def settled(server: AnyRedirector) -> Stats:
    """The block when no query is in flight and what was counted no longer changes."""
    seen = []

    def same_twice() -> bool:
        seen.append(server.stats())
        return (len(seen) > 1 and _counts(seen[-1]) == _counts(seen[-2])
                and not seen[-1].get(blocks.IN_FLIGHT_LABEL))

    eventually(same_twice, 10.0, what="no query in flight, and counters that rest")
    return seen[-1]


def _counts(block: Stats) -> dict[str, typing.Any]:
    return {label: value for label, value in block.items() if label.startswith("queries")}


def test_the_block_has_the_known_lines(counted: StartPool) -> None:
    """SIGUSR1 makes it print the block of statistics with the predecessor's labels, in their order."""
    labels = [label for label in counted().stats().labels if label in blocks.CLASSIC_LABELS]
    assert labels == list(blocks.CLASSIC_LABELS)


def test_every_request_is_counted_once(counted: StartPool) -> None:
    """Twenty requests that are answered add twenty to the total and twenty to the replied."""
    server = counted()
    before = settled(server)
    for _ in range(20):
        server.answer_to(unique_request()).assert_own()
    after = settled(server)
    for label in ("queries total", "queries replied"):
        assert after[label] - before[label] == 20, f"{label}: {before[label]}, then {after[label]}"


def test_the_buckets_sum_to_the_replied(counted: StartPool) -> None:
    """Every reply is in one bucket of the histogram, those that took long or had to queue too."""
    server = counted(latency="1ms")
    for text in ("", "@before-reply=sleep(120ms)", ""):
        server.answer_to(unique_request(text)).assert_own()
    clients = [(server.client(), unique_request("@before-reply=sleep(20ms)")) for _ in range(4)]
    for client, request in clients:
        client.send(request)
    for client, request in clients:
        receive(client, request).assert_own_or_refused()
    block = settled(server)
    assert sum(block.buckets) == block["queries replied"], (
        f"{sum(block.buckets)} in buckets, {block['queries replied']} replied")


def test_the_outcomes_sum_to_the_total(counted: StartPool, standing_daemons: None) -> None:
    """Requests that fail, and those of clients that leave, are in the total with exactly one outcome."""
    server = counted()
    for _ in range(3):
        server.answer_to(unique_request("@after-read=exit(7)")).assert_own_or_refused()
        wait_served(server)
        server.client().send(unique_request("@before-reply=sleep(20ms)")).reset()
        wait_served(server)
    block = settled(server)
    ended = sum(block[label] for label in blocks.OUTCOME_LABELS)
    assert ended == block["queries total"], f"{ended} outcomes of {block['queries total']} requests"


def test_the_daemons_are_counted(counted: StartPool, standing_daemons: None, chosen_count: None) -> None:
    """The states of the daemons sum to their number, and the spawns are those that were seen."""
    server = counted(n=3)
    eventually(lambda: sum(server.stats().daemons[state] for state in
                           ("S_AVAILABLE", "S_BUSY", "S_SPAWNING", "S_STARTING")) == 3, 10.0,
               what="three daemons in the block")
    eventually(lambda: server.stats()["daemon spawns"] == len(server.daemon.journal("start")), 10.0,
               what="as many spawns in the block as starts that were seen")


def test_asking_for_statistics_disturbs_no_request(counted: StartPool) -> None:
    """While statistics are asked for again and again, every request is answered."""
    server = counted(n=2)
    with BackgroundLoad(server, clients=2) as load:
        for _ in range(10):
            server.stats()
            load.wait_more(5)
    load.assert_all_echoed(at_least=50)

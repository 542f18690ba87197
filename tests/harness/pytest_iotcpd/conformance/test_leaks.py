"""What it holds comes back to what it was."""

from .. import proc
from ..deadline import eventually
from ..footprint import Footprint
from ..traffic import in_parallel, unique_request
from .answer import receive
from .any_redirector import AnyRedirector, StartPool
from .observing import wait_served

CYCLES, DEATHS = 200, 12
RSS_SLACK_KIB = 8 * 1024


def clients_of_all_kinds(server: AnyRedirector, count: int) -> None:
    """`count` clients: served, half closed, gone in the middle of a line or of their reply, silent."""
    def visit(number: int) -> None:
        request = unique_request()
        if number % 5 == 0:
            receive(server.client().send(request).half_close(), request)
        elif number % 5 == 1:
            server.client().send(request).reset()
        elif number % 5 == 2:
            server.client().send(b"half").reset()
        elif number % 5 == 3:
            server.client().close()
        else:
            server.answer_to(request)

    in_parallel(visit, range(count), workers=4)


def assert_back_to(server: AnyRedirector, baseline: Footprint) -> None:
    slack_kib = server.memory_slack_kib(RSS_SLACK_KIB)

    def is_back() -> bool:
        Footprint.of(server.pid).assert_not_above(baseline, slack_kib)
        return True

    eventually(is_back, 6.0, what="what it holds is as before")


def test_clients_leave_nothing_behind(pool: StartPool) -> None:
    """After 200 clients of all kinds it holds no more descriptors, threads or memory than before."""
    server = pool(n=2)
    clients_of_all_kinds(server, 60)
    wait_served(server, 10.0)
    eventually(lambda: not proc.zombies(server.pid), 5.0, what="no zombies")
    baseline = _resting(server)
    clients_of_all_kinds(server, CYCLES)
    assert_back_to(server, baseline)


def test_daemons_leave_nothing_behind(pool: StartPool, standing_daemons: None) -> None:
    """After a dozen deaths of daemons it holds no more descriptors, threads or memory than before."""
    server = pool()
    deaths(server, 3)
    baseline = _resting(server)
    deaths(server, DEATHS)
    assert_back_to(server, baseline)


def deaths(server: AnyRedirector, count: int) -> None:
    for _ in range(count):
        server.answer_to(unique_request("@after-reply=exit(0)"))
        wait_served(server)


def _resting(server: AnyRedirector) -> Footprint:
    """What it holds when nothing is going on: the same, looked at twice."""
    seen = [Footprint.of(server.pid)]

    def same_again() -> bool:
        seen.append(Footprint.of(server.pid))
        return seen[-1].descriptors == seen[-2].descriptors and not seen[-1].zombies

    eventually(same_again, 10.0, what="a redirector at rest")
    return seen[-1]



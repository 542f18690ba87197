"""Daemons that die, hang about or make noise."""

import time

import pytest

from .. import proc
from ..deadline import Stopwatch, eventually, scaled
from ..traffic import unique_request
from .any_redirector import AnyRedirector, StartPool
from .observing import live_daemons, pid_that_served, wait_served
from .offered import not_offered

pytestmark = pytest.mark.usefixtures("standing_daemons")

RECOVERY_S = 15.0
CRASH_LOOP_WINDOW_S, MOST_STARTS_PER_S, MOST_CPU_SHARE = 1.5, 20, 0.5
LINGER_S = 8


def test_a_daemon_that_is_killed_is_replaced(pool: StartPool) -> None:
    """When the only daemon is killed another takes its place and serves."""
    server = pool()
    for _ in range(2):
        request = unique_request()
        server.answer_to(request).assert_own()
        proc.kill_quietly(pid_that_served(server, request))
        wait_served(server)
    assert len({line["pid"] for line in server.daemon.journal("start")}) >= 3


def test_all_daemons_are_replaced(pool: StartPool, chosen_count: None) -> None:
    """When all daemons are killed at once there are as many again: no place in the pool is lost."""
    server = pool(n=3)
    eventually(lambda: len(live_daemons(server)) == 3, RECOVERY_S, what="three daemons")
    killed = live_daemons(server)
    for pid in killed:
        proc.kill_quietly(pid)
    eventually(lambda: len(set(live_daemons(server)) - set(killed)) == 3, RECOVERY_S,
               what="three others")
    wait_served(server)


def test_a_death_is_told_to_the_client_it_concerns(pool: StartPool) -> None:
    """A client whose daemon dies with its request hears of it at once: a refusal or the end, no silence."""
    server = pool()
    for _ in range(3):
        answer = server.answer_to(unique_request("@after-read=exit(7)"), within=5.0)
        answer.assert_own_or_refused()
        assert not answer.own, "answered, though the daemon had died"
        wait_served(server)
    assert server.daemon.fired("exit") >= 3


def test_a_daemon_that_always_exits_after_its_reply_is_always_replaced(pool: StartPool) -> None:
    """Daemons that serve one request each and exit are replaced each time, and the replies arrive."""
    server = pool(fault="after-reply = exit(0)")
    for _ in range(8):
        wait_served(server)


def test_a_crash_loop_does_not_spin(pool: StartPool) -> None:
    """Daemons that die as soon as they are started are not started over and over without a pause."""
    server = pool(n=2, fault="startup = exit(1)", answers=False)
    _first_start(server)
    watch, started, used_s = Stopwatch(), _starts(server), proc.cpu_s(server.pid)
    time.sleep(scaled(CRASH_LOOP_WINDOW_S))  # no event to wait for: what is seen is what does not happen
    elapsed_s = watch.elapsed_s
    starts = _starts(server) - started
    assert starts <= MOST_STARTS_PER_S * elapsed_s, f"{starts} starts within {elapsed_s:.1f} s"
    share = (proc.cpu_s(server.pid) - used_s) / elapsed_s
    assert share <= MOST_CPU_SHARE, f"it used {share:.0%} of a processor meanwhile"


def test_a_crash_loop_leaves_no_client_without_an_answer(pool: StartPool) -> None:
    """While no daemon lives, clients are refused within a bounded time."""
    server = pool(fault="startup = exit(1)", answers=False)
    for _ in range(3):
        answer = server.answer_to(unique_request(), within=20.0)
        answer.assert_own_or_refused()
        assert not answer.own


def test_daemons_that_recover_serve(pool: StartPool) -> None:
    """When daemons that died at their start are well again, requests are served again."""
    server = pool(fault="startup = first(3) exit(1)", answers=False)
    _first_start(server)
    wait_served(server, 40.0)


def _starts(server: AnyRedirector) -> int:
    return len(server.daemon.journal("start"))


def _first_start(server: AnyRedirector) -> None:
    try:
        server.daemon.wait_journal("exit", within=RECOVERY_S)
    except AssertionError:
        not_offered("no daemon is started before a request comes")


def test_no_zombies(pool: StartPool) -> None:
    """Daemons that have ended are waited for."""
    server = pool()
    for _ in range(5):
        server.answer_to(unique_request("@after-reply=exit(0)"))
        wait_served(server)
    eventually(lambda: not proc.zombies(server.pid), 5.0, what="no zombies")


def test_daemons_inherit_no_descriptors(pool: StartPool, chosen_count: None) -> None:
    """A daemon has no pipe or socket of the redirector's or of another daemon's, but for its own three."""
    server = pool(n=2)
    with server.client() as client:
        client.send(b"half a line")
        killed = eventually(lambda: live_daemons(server), what="a daemon")[0]
        proc.kill_quietly(killed)
        eventually(lambda: len(set(live_daemons(server)) - {killed}) == 2, RECOVERY_S,
                   what="two daemons, one of them started while a client was there")
        wait_served(server)
        processes = [server.pid, *live_daemons(server)]
        for pid in processes[1:]:
            shared = _shared(pid, processes)
            assert not shared, f"daemon {pid} shares {shared}"


def _shared(pid: int, processes: list[int]) -> dict[int, str]:
    """Descriptors of a daemon whose pipe or socket others have, too, its standard ones and copies of
    them left out."""
    fds = proc.open_fds(pid)
    standard = {fds.get(fd) for fd in (0, 1, 2)}
    of_others = {target for other in processes if other != pid
                 for target in proc.open_fds(other).values()}
    return {fd: target for fd, target in fds.items() if target.startswith(("pipe:[", "socket:["))
            and target in of_others and target not in standard}


def test_a_flood_on_stderr_blocks_nobody(pool: StartPool) -> None:
    """A daemon that writes a megabyte to its standard error answers all the same."""
    server = pool()
    for _ in range(2):
        server.answer_to(unique_request("@before-reply=stderr(1MiB)")).assert_own()
    assert server.daemon.fired("stderr") == 2


def test_a_child_that_holds_the_pipe_hides_no_death(pool: StartPool) -> None:
    """When a daemon dies and a child of it keeps its pipes open, its client hears of it all the same."""
    server = pool()
    request = unique_request(f"@after-read=linger-child({LINGER_S}s) @before-reply=exit(7)")
    answer = server.answer_to(request, within=LINGER_S * 0.7)
    answer.assert_own_or_refused()
    assert not answer.own
    assert server.daemon.fired("linger-child") >= 1
    wait_served(server)


def test_a_daemon_that_has_closed_its_stdout_is_replaced(pool: StartPool) -> None:
    """A daemon that lives on with its standard output closed is not kept: others are served."""
    server = pool()
    server.answer_to(unique_request("@after-read=close-stdout"), within=20.0).assert_own_or_refused()
    assert server.daemon.fired("close-stdout") >= 1
    wait_served(server)

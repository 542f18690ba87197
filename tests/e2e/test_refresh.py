"""HUP: every daemon is replaced, one slot at a time, and no client notices."""

import os
import signal

import pytest

from pytest_iotcpd import WHO, eventually, proc
from pytest_iotcpd.background_load import BackgroundLoad
from pytest_iotcpd.database import BLOCKED, Database
from pytest_iotcpd.deadline import inconclusive_when_overloaded
from pytest_iotcpd.gate import Gate

WORKING = "#!/bin/sh\nexec cat\n"


class Program:
    """A daemon program on disk that is replaced at one stroke, as an installation does it."""

    def __init__(self, folder):
        self.path = folder / "daemon"
        self.install(WORKING)

    def install(self, text):
        fresh = self.path.with_suffix(".new")
        fresh.write_text(text)
        fresh.chmod(0o755)
        os.replace(fresh, self.path)

    def remove(self):
        self.path.unlink()


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


def refresh(server, times=1):
    server.signal(signal.SIGHUP)
    server.wait_log("refresh done", within=15, times=times)


def daemons_settled(server, n):
    return eventually(lambda: len(server.daemon_pids()) == n and server.daemon_pids(), 10, f"{n} daemons")


def cats_settled(server, n):
    """As above, once /bin/sh has become what its script says: until then it may read another script."""
    return eventually(lambda: [proc.command_line(pid) for pid in daemons_settled(server, n)] == [["cat"]] * n
                      and server.daemon_pids(), 10, f"{n} daemons that run cat")


@pytest.mark.parametrize("options", [{}, {"probe": "ping", "probe_expect": "^ping$"},
                                     {"settle": "2ms", "queue_timeout": "5s"}])
def test_a_refresh_under_load_loses_refuses_and_fails_no_request(iotcpd, options):
    server = iotcpd("cat", 4, options={"alarm_interval": "60ms", **options})
    old = set(daemons_settled(server, 4))
    with BackgroundLoad(server, clients=6) as load:
        load.wait_more(50)
        refresh(server)
        load.wait_more(50)
        refresh(server, times=2)
        load.wait_more(50)
    load.assert_all_echoed(at_least=150)
    server.wait_stats(lambda stats: stats["daemon S_STOPPING"] == 0)
    assert not old & set(daemons_settled(server, 4))
    stats = server.stats().check_law()
    assert stats["queries replied"] == stats["queries total"] == len(load.asked)
    assert stats["daemon spawns"] == 12 and stats["daemon deaths"] == 0
    assert {entry["incarnation"] for entry in server.registers().values()} == {3}


def test_a_slot_is_never_without_a_daemon_during_a_refresh(iotcpd):
    server = iotcpd("cat", 2, options={"alarm_interval": "100ms"})
    daemons_settled(server, 2)
    server.signal(signal.SIGHUP)
    samples = 0
    while not server.log_contains("refresh done"):
        stats = server.stats()
        assert stats["daemon S_AVAILABLE"] + stats["daemon S_BUSY"] == 2, dict(stats)
        samples += 1
    assert samples > 1


def test_the_incumbents_serve_until_their_successors_are_proven(iotcpd, fake):
    server = iotcpd(str(fake(**WHO)), 1, options={"alarm_interval": "400ms"})
    server.signal(signal.SIGHUP)
    server.wait_log("refresh started")
    server.wait_stats(lambda stats: stats["daemon spawns"] == 2)
    assert b"incarnation=1" in server.ask(b"who\n")
    server.wait_log("refresh done")
    assert b"incarnation=2" in server.ask(b"who\n")


def test_a_daemon_at_work_finishes_its_request_before_it_is_replaced(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True, **WHO))
    server = iotcpd(str(daemon), 1, options={"alarm_interval": "50ms"})
    old = server.daemon_pids()[0]
    with server.client() as client:
        client.send(gate.request(b"who"))
        server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
        server.signal(signal.SIGHUP)
        server.wait_stats(lambda stats: stats["daemon spawns"] == 2)
        gate.release()
        assert b"incarnation=1" in client.recv_to_eof()
    server.wait_log("refresh done")
    eventually(lambda: not proc.alive(old), 5, "the old daemon ends")
    with inconclusive_when_overloaded():  # TERM would come 500 ms after the end of its stdin
        assert [ended["reason"] for ended in daemon.journal("exit", pid=old)] == ["eof"]
    assert b"incarnation=2" in server.ask(b"who\n")


BROKEN = {
    "exits at once": "#!/bin/sh\nexit 3\n",
    "has no interpreter": "#!/nonexistent/interpreter\n",
    "speaks unasked": "#!/bin/sh\necho Welcome\nexec cat\n",
    "closes its stdout": "#!/bin/sh\nexec >&-\nexec sleep 1000\n",
    "has been removed": None,
}


@pytest.mark.not_under_valgrind("it makes forks of vforks: that a program cannot be executed is never told")
@pytest.mark.parametrize("how", BROKEN)
def test_a_refresh_onto_a_program_that_no_longer_works_keeps_the_old_daemons(iotcpd, program, how):
    server = iotcpd(str(program.path), 3, options={"alarm_interval": "100ms"})
    server.expect_log("refresh aborted", "cannot be started", "exited with", "condemned",
                      "killed by signal", "keeps dying", "successor")
    old = cats_settled(server, 3)
    if BROKEN[how] is None:
        program.remove()
    else:
        program.install(BROKEN[how])
    with BackgroundLoad(server, clients=3) as load:
        server.signal(signal.SIGHUP)
        server.wait_log("refresh aborted after 3 failed successors, the old daemons stay", within=15)
        load.wait_more(20)
    load.assert_all_echoed()
    assert daemons_settled(server, 3) == old
    assert server.stats().check_law()["queries total"] == len(load.asked)

    program.install(WORKING)
    refresh(server)
    server.wait_stats(lambda stats: stats["daemon S_STOPPING"] == 0)
    assert not set(old) & set(daemons_settled(server, 3))
    assert server.ask(b"works again\n") == b"works again\n"


def test_a_refresh_onto_daemons_that_fail_their_probe_keeps_the_old_ones(iotcpd, fake, tmp_path):
    database, request = Database(fake, tmp_path), b"http://bad.example/ 10.0.0.1/- - GET"
    server = iotcpd(str(database), 2, options={
        "probe": request.decode(), "probe_expect": "^OK status=302 url=", "alarm_interval": "100ms",
        "busy_timeout": "2s"})
    server.expect_log("refresh aborted", "successor", "condemned: probe", "exited with", "killed by signal")
    # Until it has answered its probe, a daemon may not have read its database.
    server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 2)
    old = daemons_settled(server, 2)
    database.break_()
    server.signal(signal.SIGHUP)
    server.wait_log("refresh aborted after 3 failed successors")
    assert daemons_settled(server, 2) == old
    assert server.ask(request + b"\n") == BLOCKED
    assert len(database.broken.journal("start")) == len(database.broken.journal("recv")) == 3
    database.mend()
    refresh(server)
    assert server.ask(request + b"\n") == BLOCKED


def test_hangups_during_a_refresh_coalesce_into_one_more_round(iotcpd):
    server = iotcpd("cat", 3, options={"alarm_interval": "100ms"})
    daemons_settled(server, 3)
    server.signal(signal.SIGHUP)
    server.wait_log("refresh started")
    for _ in range(5):
        server.signal(signal.SIGHUP)
        server.stats()  # answered after the signal was taken, or in the same pass
    server.wait_log("refresh done", within=10, times=2)
    assert server.stats()["daemon spawns"] == 3 + 2 * 3
    refresh(server, times=3)  # a round that still waited would have come with this one
    assert server.stats()["daemon spawns"] == 3 + 3 * 3


def test_a_refresh_leaves_no_trace_of_the_old_daemons(iotcpd):
    server = iotcpd("cat", 3, options={"alarm_interval": "20ms"})
    daemons_settled(server, 3)
    # Told by the loop: while a start is under way it has both ends of the new pipes.
    server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 3)
    descriptors, threads = len(proc.open_fds(server.pid)), proc.threads(server.pid)
    for times in range(1, 11):
        refresh(server, times)
    server.wait_stats(lambda stats: stats["daemon S_STOPPING"] == 0)
    eventually(lambda: len(proc.open_fds(server.pid)) == descriptors, 5, "as many descriptors as before")
    assert proc.threads(server.pid) == threads
    assert proc.zombies(server.pid) == []
    assert server.stats()["daemon spawns"] == 3 + 10 * 3


def test_a_refresh_onto_a_mended_program_ends_a_crash_loop_at_once(iotcpd, program):
    program.install("#!/bin/sh\nexit 3\n")
    server = iotcpd(str(program.path), 2, wait_ready=False, options={
        "alarm_interval": "2s"}).wait_listening()
    server.expect_log("exited with code 3", "keeps dying")
    server.wait_stats(lambda stats: stats["daemon S_SPAWNING"] == 2)
    program.install(WORKING)
    server.signal(signal.SIGHUP)
    eventually(lambda: server.ask(b"mended\n") == b"mended\n", 10, "served")
    server.wait_log("refresh done", within=15)
    assert server.stats()["daemon S_AVAILABLE"] == 2


def test_a_daemon_that_dies_during_a_refresh_is_replaced_and_the_refresh_completes(iotcpd):
    server = iotcpd("cat", 3, options={"alarm_interval": "150ms"}).expect_log("killed by signal 9")
    old = daemons_settled(server, 3)
    server.signal(signal.SIGHUP)
    server.wait_log("refresh started")
    for pid in old:
        proc.kill_quietly(pid)
    server.wait_log("refresh done", within=10)
    new = daemons_settled(server, 3)
    assert not set(old) & set(new)
    server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 3)
    assert server.ask(b"still here\n") == b"still here\n"

"""--settle, --recycle-after, --recycle-age, --probe, --max-reply, --error-reply."""

import pytest

from pytest_iotcpd import WHO, eventually, proc
from pytest_iotcpd.background_load import BackgroundLoad
from pytest_iotcpd.database import BLOCKED, Database
from pytest_iotcpd.deadline import Stopwatch
from pytest_iotcpd.deaths import DIED
from pytest_iotcpd.traffic import request_of_reply
from pytest_iotcpd.window import assert_window, takes

pytestmark = pytest.mark.xdist_group("timing")


# -- settle ------------------------------------------------------------------------------------

def test_a_daemon_rests_for_settle_after_each_reply(iotcpd):
    server = iotcpd("cat", 1, options={"settle": "200ms", "queue_timeout": "5s", "trace": True})
    assert server.ask(b"first\n") == b"first\n"
    assert server.stats()["daemon S_BUSY"] == 1  # it rests
    for request in (b"second\n", b"third\n"):
        assert server.ask(request) == request
    entries = server.trace(3)
    for before, after in zip(entries, entries[1:]):
        assert_window((after["handed_out_ns"] - before["decided_ns"]) / 1e9, 0.2)
    stats = server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 1)
    assert (stats["queries replied"], stats["queries delayed"]) == (3, 2)


def test_settle_does_not_hold_up_the_reply_itself(iotcpd):
    server = iotcpd("cat", 1, options={"settle": "5s"})
    with takes(0):
        assert server.ask(b"reply\n") == b"reply\n"


def test_a_byte_while_it_rests_condemns_the_daemon_and_reaches_nobody(iotcpd, fake):
    daemon = fake(fault="after-reply = late(STRAY, 50ms)")
    server = iotcpd(str(daemon), 1, options={"settle": "10s", "queue_timeout": "5s"})
    server.expect_log("condemned: stray-output", "exited with", "killed by signal")
    for number in range(1, 4):
        request = b"request %d\n" % number
        assert server.ask(request) == request
        server.wait_log("condemned: stray-output", times=number)
    stats = server.stats().check_law()
    assert stats["condemned stray-output"] == stats["queries replied"] == 3
    assert daemon.fired("late") == len(daemon.wait_journal("stray", 3)) == 3


def test_without_settle_the_daemon_is_available_at_once(iotcpd):
    server = iotcpd("cat", 1)
    with takes(0):
        for _ in range(20):
            assert server.ask(b"again\n") == b"again\n"
    assert server.stats()["queries delayed"] == 0


# -- recycling ---------------------------------------------------------------------------------

def test_a_daemon_is_recycled_after_its_number_of_requests(iotcpd, fake):
    server = iotcpd(str(fake(**WHO)), 1, options={"recycle_after": 3, "queue_timeout": "5s"})
    incarnations = [int(server.ask(b"who\n").rpartition(b"=")[2]) for _ in range(9)]
    assert incarnations == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    stats = server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 1
                              and stats["daemon S_STOPPING"] == 0).check_law()
    assert (stats["daemon deaths"], stats["queries replied"]) == (0, 9)


def test_recycling_under_load_loses_and_fails_nothing(iotcpd):
    server = iotcpd("cat", 3, options={"recycle_after": 5, "queue_timeout": "10s"})
    with BackgroundLoad(server, clients=6) as load:
        load.wait_more(300)
    load.assert_all_echoed()
    stats = server.stats().check_law()
    # Each spawn but the latest of each slot has served exactly five.
    assert stats["daemon spawns"] >= len(load.asked) // 5
    assert (stats["daemon deaths"], stats["queries failed"]) == (0, 0)


def test_a_daemon_is_recycled_at_its_age_though_it_is_idle(iotcpd):
    watch = Stopwatch()
    server = iotcpd("cat", 2, options={"recycle_age": "400ms"})
    old = set(eventually(lambda: len(server.daemon_pids()) == 2 and server.daemon_pids()))
    with BackgroundLoad(server, clients=2) as load:
        eventually(lambda: old - set(server.daemon_pids()), 5, "a daemon is replaced")
        assert watch.elapsed_s > 0.3  # up to a quarter earlier, so that not all go at once
        eventually(lambda: not old & set(server.daemon_pids()), 5, "both daemons are replaced")
    load.assert_all_echoed()
    stats = server.stats().check_law()
    assert stats["daemon deaths"] == 0
    assert sum(stats["condemned " + cause] for cause in ("timeout", "stray-output", "probe")) == 0


def test_without_recycling_the_daemons_stay(iotcpd):
    server = iotcpd("cat", 2)
    old = eventually(lambda: len(server.daemon_pids()) == 2 and server.daemon_pids())
    for _ in range(50):
        server.ask(b"again\n")
    assert server.daemon_pids() == old
    assert server.stats()["daemon spawns"] == 2


# -- probes ------------------------------------------------------------------------------------

def test_a_daemon_that_answers_its_probe_serves_and_the_probe_is_not_a_query(iotcpd):
    server = iotcpd("sed -u s/ping/pong/", 2, options={"probe": "ping", "probe_expect": "^pong$"})
    stats = server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 2)
    assert stats["queries total"] == 0
    assert [entry["served"] for entry in server.registers().values()] == [0, 0]
    assert server.ask(b"a ping\n") == b"a pong\n"


def test_a_probe_alone_is_content_with_any_line(iotcpd):
    server = iotcpd("cat", 1, options={"probe": "whatever"})
    assert server.ask(b"request\n") == b"request\n"


def unproven(iotcpd, daemon, **options):
    server = iotcpd(daemon, 1, wait_ready=False, options={
        "probe": "ping", "probe_expect": "^ping$", "busy_timeout": "200ms", "queue_timeout": "100ms",
        "alarm_interval": "200ms", **options}).wait_listening()
    return server.expect_log("condemned: probe", "keeps dying", "exited with", "killed by signal",
                             "condemned: timeout", "probe")


@pytest.mark.parametrize("daemon", ["sed -u s/ping/pong/", "sed -u 's/$/ and more/'", "sed -u 's/.*//'"])
def test_a_daemon_with_the_wrong_answer_to_its_probe_never_serves(iotcpd, daemon):
    server = unproven(iotcpd, daemon)
    server.wait_log(r"daemon\[0\] pid \d+ condemned: probe")
    for _ in range(3):
        assert server.ask(b"ping\n") == b"ERR\n"
    stats = server.stats().check_law()
    assert stats["condemned probe"] >= 1
    assert (stats["queries replied"], stats["daemon S_AVAILABLE"]) == (0, 0)
    assert "iotcpd ready" not in server.stdout.text()


def test_a_daemon_without_an_answer_to_its_probe_is_condemned_and_never_serves(iotcpd):
    server = unproven(iotcpd, "sed -u d")
    assert server.ask(b"anybody?\n") == b"ERR\n"
    server.wait_log("condemned: probe")
    stats = server.stats().check_law()
    assert (stats["queries timeout"], stats["queries failed"]) == (0, 1)
    assert "iotcpd ready" not in server.stdout.text()


def test_failed_probes_back_off(iotcpd):
    server = unproven(iotcpd, "sed -u s/ping/pong/")
    server.wait_log("keeps dying without having served", times=3, within=10)
    assert server.stats()["daemon spawns"] == 4


def test_a_daemon_with_a_broken_database_gets_no_request_until_it_is_whole(iotcpd, fake, tmp_path):
    database = Database(fake, tmp_path).break_()
    server = unproven(iotcpd, str(database), probe="http://bad.example/ 10.0.0.1/- - GET",
                      probe_expect="^OK status=302 url=")
    server.wait_log("condemned: probe")
    assert server.ask(b"http://bad.example/ 10.0.0.1/- - GET\n") == b"ERR\n"
    database.mend()
    server.wait_ready(within=10)
    assert server.ask(b"http://bad.example/ 10.0.0.1/- - GET\n") == BLOCKED
    # squidGuard's own word for "pass":
    assert server.ask(b"http://good.example/ 10.0.0.1/- - GET\n") == b"ERR\n"
    assert server.stats().check_law()["queries replied"] == 2
    # Those with a broken database have seen their probe at the most.
    assert {line["request"] for line in database.broken.journal("recv")} == {
        "http://bad.example/ 10.0.0.1/- - GET"}
    assert all(line["seq"] == 1 for line in database.broken.journal("recv"))


def test_a_respawned_daemon_is_probed_before_it_serves(iotcpd, fake, tmp_path):
    database, request = Database(fake, tmp_path), b"http://bad.example/ 10.0.0.1/- - GET"
    server = iotcpd(str(database), 1, options={
        "probe": request.decode(), "probe_expect": "^OK", "queue_timeout": "200ms", "alarm_interval": "200ms"})
    server.expect_log("condemned: probe", "killed by signal 9", "exited with", "keeps dying", "probe")
    database.break_()
    proc.kill_quietly(server.daemon_pids()[0])
    server.wait_log("condemned: probe")
    assert server.ask(request + b"\n") == b"ERR\n"
    assert server.stats()["queries replied"] == 0
    database.mend()
    eventually(lambda: server.ask(request + b"\n") == BLOCKED, 10, "served again")


# -- replies -----------------------------------------------------------------------------------

@pytest.mark.parametrize("limit, size", [
    ("1000", 1000), ("1.5KiB", 1536), ("2k", 2048), ("1MiB", 1 << 20)])
def test_a_reply_of_max_reply_passes_and_one_byte_more_does_not(iotcpd, fake, limit, size):
    server = iotcpd(str(fake(obey_requests=True)), 1, options={"max_reply": limit})
    server.expect_log("condemned: oversize-reply", "killed by signal", "exited with")
    largest, reply = request_of_reply(size)
    assert server.ask(largest) == reply
    assert server.ask(request_of_reply(size + 1)[0]) == b"ERR\n"
    stats = server.stats().check_law()
    assert stats["condemned oversize-reply"] == stats["failed oversize-reply"] == 1


def test_a_reply_without_end_is_cut_off_at_the_limit_not_at_the_timeout(iotcpd):
    server = iotcpd("sh -c 'read -r line; exec yes no-newline | tr -d \"\\n\"'", 1,
                    options={"busy_timeout": "20s"})
    server.expect_log("condemned: oversize-reply", "killed by signal", "exited with")
    with takes(0, margin_s=5):
        assert server.ask(b"endless\n") == b"ERR\n"
    assert server.wait_stats(lambda stats: stats["daemon S_STOPPING"] == 0)["condemned oversize-reply"] == 1


@pytest.mark.parametrize("text", ["BH", "BH message=\"all daemons gone\"", "ERR \u00fcber",
                                  "302:http://x/?a=${b}", "a,b"])
def test_the_error_reply_is_what_was_set_and_a_newline(iotcpd, fake, text):
    daemon = fake(fault="after-read = exit(1)")
    server = iotcpd(str(daemon), 1, options={"error_reply": text}).expect_log(*DIED)
    assert server.ask(b"request\n") == text.encode() + b"\n"


def test_settled_capacity_is_shared_by_all_daemons(iotcpd):
    server = iotcpd("cat", 4, options={"settle": "200ms", "queue_timeout": "10s"})
    watch = Stopwatch()
    clients = [server.client().send(b"client %d\n" % number) for number in range(12)]
    assert all(client.recv_to_eof() == b"client %d\n" % n for n, client in enumerate(clients))
    # Three rounds of four daemons: two rests lie between the first and the last.
    assert_window(watch.elapsed_s, 0.4)
    for client in clients:
        client.close()

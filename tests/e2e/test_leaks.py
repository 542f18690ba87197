"""After a thousand deaths and ten thousand connections everything is as it was; a stuck log harms nobody."""

import re
import signal

import pytest

from pytest_iotcpd import eventually, proc
from pytest_iotcpd.background_load import BackgroundLoad
from pytest_iotcpd.deaths import ANSWERS_ONCE, DIED
from pytest_iotcpd.footprint import Footprint
from pytest_iotcpd.line_client import LineClient

RSS_SLACK_KIB = 512
TALKS_AND_DIES = "sh -c 'read -r line; printf \"%0990d\\n\" 0 >&2; echo \"$line\"'"


class Baseline:
    """The footprint of a warmed-up server; `check` wants it back."""

    def __init__(self, server, n):
        self._server, self._n = server, n
        self._footprint = self._quiet_footprint()

    def _quiet_footprint(self):
        self._server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == self._n
                                and stats["daemon S_STOPPING"] == stats["clients open"] == 0, 15)
        return Footprint.of(self._server.pid)

    def check(self, rss_slack_kib=RSS_SLACK_KIB):
        eventually(lambda: self._quiet_footprint().assert_not_above(self._footprint, rss_slack_kib) is None,
                   5, "the footprint is as before")


@pytest.fixture
def memory_slack_kib(iotcpd_binary):
    """Sanitizers keep freed memory back on purpose: then only descriptors and processes count."""
    return 1 << 30 if proc.is_sanitized(iotcpd_binary[0]) else RSS_SLACK_KIB


def ask_many(server, count, clients=4, within=50):
    with BackgroundLoad(server, clients) as load:
        load.wait_more(count, within)
    wrong = [asked for asked in load.not_echoed() if asked.reply != b"ERR\n"]
    assert not wrong, wrong[:5]
    assert len(load.not_echoed()) < len(load.asked)
    return load


@pytest.mark.timeout(120)
def test_a_thousand_deaths_of_daemons_leave_nothing_behind(iotcpd, memory_slack_kib):
    server = iotcpd(ANSWERS_ONCE, 4).expect_log(*DIED)
    ask_many(server, 100)
    baseline = Baseline(server, 4)
    spawns = server.stats()["daemon spawns"]
    while server.stats()["daemon spawns"] < spawns + 1000:
        ask_many(server, 100)
    baseline.check(memory_slack_kib)
    server.stats().check_law()


def test_hundreds_of_killed_daemons_leave_nothing_behind(iotcpd, memory_slack_kib):
    server = iotcpd("cat", 1).expect_log("killed by signal 9 after 1 requests", *DIED)

    def kill_one():
        (pid,) = eventually(server.daemon_pids, what="the next daemon")
        assert server.ask(b"alive\n") == b"alive\n"
        proc.kill_quietly(pid)
        eventually(lambda: pid not in server.daemon_pids(), what="the end of the daemon")

    for _ in range(30):
        kill_one()
    baseline = Baseline(server, 1)
    for _ in range(200):
        kill_one()
    baseline.check(memory_slack_kib)
    assert server.stats()["daemon spawns"] == 231


@pytest.mark.timeout(120)
def test_ten_thousand_connections_leave_nothing_behind(iotcpd, memory_slack_kib):
    server = iotcpd("cat", 4)
    ask_many(server, 500)
    baseline = Baseline(server, 4)
    ask_many(server, 10_000)
    baseline.check(memory_slack_kib)
    assert server.stats().check_law()["queries total"] > 10_000


def test_connections_that_end_badly_leave_nothing_behind(iotcpd, memory_slack_kib):
    server = iotcpd("cat", 2, options={"client_timeout": "200ms", "queue_timeout": "5s"})
    address = server.host, server.port

    def round_of_bad_ends():
        LineClient(address).connect().close()
        LineClient(address).connect().reset()
        LineClient(address).send(b"partial").reset()
        LineClient(address).send(b"whole\n").reset()
        LineClient(address).send(b"whole\n" + b"more" * 100).reset()
        silent, partial = LineClient(address).connect(), LineClient(address).send(b"half-closed").half_close()
        assert partial.recv_to_eof() == b"ERR\n"
        assert LineClient(address).ask(b"x" * 4096 + b"\n") == b"ERR\n"
        silent.close()
        partial.close()

    for _ in range(20):
        round_of_bad_ends()
    baseline = Baseline(server, 2)
    for _ in range(300):
        round_of_bad_ends()
    baseline.check(memory_slack_kib)
    server.stats().check_law()


def test_programs_that_cannot_be_started_leave_nothing_behind(iotcpd, tmp_path, memory_slack_kib):
    program = tmp_path / "vanishing"
    program.symlink_to("/bin/cat")
    server = iotcpd(str(program), 4, options={"alarm_interval": "10ms", "queue_timeout": "20s"})
    server.expect_log("cannot be started", "killed by signal 9", "keeps dying", "next start")
    assert server.ask(b"warm\n") == b"warm\n"
    baseline = Baseline(server, 4)
    program.unlink()
    for pid in server.daemon_pids():
        proc.kill_quietly(pid)
    server.wait_log("cannot be started", times=4)
    for _ in range(10):  # each supervision pass may try again
        server.signal(signal.SIGALRM).stats()
    program.symlink_to("/bin/cat")
    server.signal(signal.SIGALRM)  # at once, whatever the back-off has come to
    assert server.ask(b"back\n") == b"back\n"
    baseline.check(memory_slack_kib)


def test_a_reader_of_our_stderr_that_stopped_reading_never_blocks_the_service(iotcpd):
    server = iotcpd(TALKS_AND_DIES, 4, stderr_pipe=True).expect_log(*DIED)
    # A kilobyte for each death soon is more than the pipe holds.
    server.wait_stats(lambda stats: stats["dropped log-lines"] > 0 if ask_many(server, 50) else None, 30)
    before = server.stats()
    ask_many(server, 100)
    after = server.stats().check_law()
    assert after["dropped log-lines"] > before["dropped log-lines"]
    assert after["queries replied"] > before["queries replied"]

    # What did go out are whole lines, and the log goes on as soon as somebody reads.
    whole = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z (error|warning|notice|information|debug) \S")
    lines = server.log_lines()
    assert len(lines) > 20 and all(map(whole.match, lines)), [x for x in lines if not whole.match(x)][:3]
    spawns = server.stats()["daemon spawns"]
    assert server.ask(b"one more death\n") == b"one more death\n"
    server.wait_stats(lambda stats: stats["daemon spawns"] > spawns)
    eventually(lambda: len(server.log_lines()) > len(lines), what="the log goes on")


def test_a_closed_stderr_harms_nobody(iotcpd):
    server = iotcpd(ANSWERS_ONCE, 2, stderr_pipe=True, options={"log_level": "debug"})
    server.stderr.close()
    ask_many(server, 50)
    assert server.stats().check_law()["queries replied"] > 0

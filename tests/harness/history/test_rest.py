"""When a redirector is at rest, and which statistics are judged: then, and on the way."""

import os
import threading

import pytest

from by_hand import PROMISES
from pytest_iotcpd import scaled
from pytest_iotcpd.history import CheckedRun
from pytest_iotcpd.history.checkers import RespawnAlgebra
from pytest_iotcpd.history.refreshes import refresh_running
from pytest_iotcpd.history.rest import Rest
from pytest_iotcpd.history.sampler import Sampler
from pytest_iotcpd.stats import Stats


@pytest.mark.parametrize("told, running", [
    ("", False), ("started", True), ("started|done", False),
    ("started|to be followed by another|to be followed by another|done", True),
    ("started|to be followed by another|aborted after 3|done", False),
])
def test_the_log_tells_whether_a_refresh_is_under_way(told, running):
    log_text = "".join(f"notice refresh {what}\n" for what in told.split("|") if what)
    assert refresh_running(log_text) == running


class Restless:
    """A redirector of one daemon that is at rest for one look, and in between deaths before and
    after: each has been respawned, and is counted a little later."""
    host, port, trace_path, journal_path = "127.0.0.1", 1, os.devnull, os.devnull

    pid = os.getpid()

    def __init__(self, *spawns):
        self.looks = iter(spawns)

    def stats(self):
        spawns = next(self.looks)
        lines = {"queries in-flight": 0, "clients open": 0, "daemon spawns": spawns,
                 "daemon deaths": 1, "daemon retired": 1, "daemon S_AVAILABLE": 1,
                 "daemon S_BUSY": 0, "daemon S_SPAWNING": 0, "daemon S_STARTING": 0,
                 "daemon S_STOPPING": 0}
        return Stats(f"{label} {value}" for label, value in lines.items())

    def daemon_pids(self):
        return []


class Mute:
    """Answers nothing when it is asked for statistics, `asked`."""

    def __init__(self):
        self.asked = threading.Event()

    def stats(self):
        self.asked.set()
        raise AssertionError("no statistics block")


def test_a_redirector_that_gives_no_statistics_while_it_is_sampled_is_noticed():
    server = Mute()
    with pytest.raises(AssertionError, match="no statistics block"), Sampler(server).sampling():
        assert server.asked.wait(scaled(5))


@pytest.mark.parametrize("spawns, violations", [((4, 3, 4), 0), ((4,) * 99, 1)])
def test_the_statistics_that_show_rest_are_those_that_are_judged(spawns, violations):
    server = Restless(*spawns)
    run = CheckedRun(server, server, PROMISES, checkers=[RespawnAlgebra], rest_s=0.1)
    run.cut()
    assert len([found for found in run.violations if "initial" in found.what]) == violations


def test_what_is_held_at_rest_is_looked_at_again_when_a_daemon_was_started_meanwhile(files):
    server = Restless(3, 4, 3, 3)
    _, footprint = Rest(server, files.histories, server.stats).hold(0.1)
    assert footprint.threads and next(server.looks, None) is None

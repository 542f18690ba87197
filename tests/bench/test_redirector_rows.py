"""Every phase of `scripts/bench redirector` on kept connections, sizes, latency and other ways: in
one short round, that it measures what its rows say."""

import pathlib

import pytest

from benchlib import (keep_alive_rows, latency_rows, others, others_rows, scale_rows, squidguard_rows,
                      threads_rows)
from benchlib.load import Client
from benchlib.plan import Plan
from benchlib.rounds import Comparison
from benchlib.server import BenchError


@pytest.fixture(name="plan")
def make_plan(iotcpd_binary):
    folder = pathlib.Path(iotcpd_binary[0]).parent
    for name in ("bare-client", "bare-stream", "bare-redirector", "bare-keep-alive"):
        if not (folder / name).exists():
            pytest.fail(f"no {name} in {folder}: build it")
    return Plan(folder=str(folder), iotcpd=iotcpd_binary[0], client=Client(str(folder / "bare-client")),
                rounds=1, most_rounds=1, burst_s=0.05)


def keys_of(rows):
    assert all(min(row.samples) > 0 for row in rows)
    return [row.key for row in rows]


def test_keep_alive(plan):
    rows = keep_alive_rows.keep_alive(plan)
    assert keys_of(rows) == ["rate_keep_alive", "rate_keep_alive_bare", "cpu_keep_alive"]
    assert [(row.sense, row.limit) for row in rows[:2]] == [(">=", 2.5), (">=", 0.9)]


def test_threads(plan):
    rows = threads_rows.threads(plan)
    assert keys_of(rows) == ["rate_threads", "rate_threads_keep_alive", "rate_threads_pipelined"]
    assert all("--threads 2 / 1" in row.title for row in rows)


def test_pipelined(plan):
    rows = keep_alive_rows.pipelined(plan)
    assert keys_of(rows) == ["rate_pipelined"]
    # No request is cheaper than a hundredth of the limit; so that it is replies that are counted.
    assert rows[0].median > rows[0].limit / 100


def test_scale(plan, monkeypatch):
    monkeypatch.setattr(scale_rows, "MANY_DAEMONS", 16)
    monkeypatch.setattr(scale_rows, "MANY_CONNECTIONS", 200)
    rows = scale_rows.scale(plan)
    assert keys_of(rows) == ["scale_daemons_8", "scale_daemons_64", "scale_connections",
                             "scale_connections_bare", "scale_silent"]


def test_latency(plan, monkeypatch):
    monkeypatch.setattr(latency_rows, "SHORTEST_S", 0.3)
    rows = latency_rows.latency(plan)
    assert keys_of(rows) == ["latency_p50", "latency_p90"]
    assert all(row.limit == 1.2 for row in rows)


def test_squidguard(plan, monkeypatch):
    monkeypatch.setattr(squidguard_rows, "DOMAINS", 2000)
    monkeypatch.setattr(squidguard_rows, "SHORTEST_S", 0.3)
    assert keys_of(squidguard_rows.squidguard(plan)) == ["rate_squidguard", "rate_squidguard_pipelined"]


# -- other ways --------------------------------------------------------------------------------


def test_what_is_not_installed_is_named_and_left_out(plan, monkeypatch, capsys):
    monkeypatch.setattr(others, "PLACES", ("/nonexistent",))
    assert others_rows.against_others(plan) == []
    said = capsys.readouterr().err
    for name in ("tcpserver (package ucspi-tcp)", "socat", "xinetd", "ncat", "haproxy"):
        assert f"not installed, left out: {name}" in said


@pytest.mark.parametrize("number", range(4))
def test_a_process_per_connection_answers(plan, tmp_path, number):
    other = others.per_connection()[number]
    if other.is_missing:
        pytest.skip(f"no {other.name}: apt-get install {other.package}")
    with other.serving(str(tmp_path)):
        assert plan.client.run(other, 4, 0.1)["wall_rate"] > 0


def test_haproxy_spreads_connections(plan, tmp_path):
    balanced = others.HaProxy(plan.bare, 2)
    if balanced.is_missing:
        pytest.skip("no haproxy: apt-get install haproxy")
    with balanced.serving(str(tmp_path)):
        assert plan.client.run(balanced, 8, 0.1)["wall_rate"] > 0


@pytest.mark.parametrize("command", ["false", "sleep 60"])
def test_one_that_does_not_answer_is_an_error(tmp_path, monkeypatch, command):
    monkeypatch.setattr(others, "READY_TIMEOUT_S", 0.3)
    other = others.Other("mute", "coreutils", lambda port, folder: command.split())
    with pytest.raises(BenchError, match="mute does not answer"):
        with other.serving(str(tmp_path)):
            pass


class ClientThatFails:
    """The first `failing` of its bursts."""

    def __init__(self, failing):
        self.left = failing

    def run(self, *_):
        self.left -= 1
        if self.left >= 0:
            raise BenchError("lost one")
        return {"wall_rate": 1}


def test_a_burst_in_which_another_way_fails_is_done_again_a_few_times(plan, capsys):
    plan.client = ClientThatFails(3)
    ncat = others.per_connection()[3]
    assert others_rows._burst_of_another(plan, ncat) == {"wall_rate": 1}
    assert capsys.readouterr().err.count("ncat has failed clients: its burst is done again\n") == 3
    plan.client = ClientThatFails(4)
    with pytest.raises(BenchError, match="lost one"):
        others_rows._burst_of_another(plan, ncat)


def test_the_best_of_process_per_connection_is_judged():
    comparison = Comparison([tuple({"wall_rate": rate} for rate in (1000, 50, 90, 400))], "")
    rows = others_rows._rows(comparison, ["iotcpd", "a", "b", "haproxy"], forking=2)
    assert [row.key for row in rows] == ["rate_a", "rate_b", "rate_haproxy", "rate_others"]
    assert rows[-1].title.endswith("b") and rows[-1].verdict == "ok"
    assert rows[-1].median == pytest.approx(1000 / 90)

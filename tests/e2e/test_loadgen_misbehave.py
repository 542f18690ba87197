"""Clients that misbehave: each kind does to iotcpd what it is called, is counted, and iotcpd agrees."""

import csv
import re
import socket
import threading

import pytest

from pytest_iotcpd import eventually

#: kind: (how its requests end for the client, what iotcpd counts, with which cause of failing).
KINDS = {
    "slow-loris": ("ok", "replied", None),
    "half-close": ("ok", "replied", None),
    "abort-after-send": ("empty", "replied", None),
    "oversize": ("error-reply", "failed", "oversize"),
    "no-newline": ("error-reply", "failed", "eof"),
    "rst": ("reset", "unknown", None),
}
REQUESTS = 40


class LateListener:
    """Has a queue for one connection, so that a second one has to try again after a second."""

    def __init__(self):
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(0)
        self._port = self._listener.getsockname()[1]
        self.target = f"127.0.0.1:{self._port}"

    def somebody_waits(self):
        """Whether a connection to it is under way: the state is SYN_SENT."""
        with open("/proc/net/tcp", encoding="ascii") as table:
            return any(re.search(rf":{self._port:04X} 02 ", row) for row in table)

    def answer(self):
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self):
        while True:
            threading.Thread(target=self._echo, args=(self._listener.accept()[0],),
                             daemon=True).start()

    @staticmethod
    def _echo(client):
        with client, client.makefile("rb") as lines:
            client.sendall(lines.readline())


@pytest.fixture
def late_listener():
    return LateListener()


def options(mix, **more):
    return {"rate": "200/s", "requests": REQUESTS, "misbehave": mix, "seed": 1, **more}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_counted_and_iotcpd_agrees(loadgen_run, iotcpd, kind):
    ending, counted, cause = KINDS[kind]
    server = iotcpd("cat", 4)
    run = loadgen_run(server, options=options(f"{kind}:100%", request="short {seq}"))
    assert run.result.misbehaved == {kind: {ending: REQUESTS}}
    assert run.result.counts == {} and run.result["latency_ms"]["count"] == 0
    assert kind in run.text
    stats = server.wait_stats(lambda stats: stats.in_flight == 0).check_law()
    if kind == "rst":
        # The reset may overtake the request, and then there has been none.
        assert stats["queries replied"] + stats["queries unknown"] == stats["queries total"]
        assert stats["queries total"] <= REQUESTS
    else:
        assert stats["queries total"] == stats[f"queries {counted}"] == REQUESTS
    assert stats.causes("failed") == ({cause: REQUESTS} if cause else {})


def test_slow_clients_are_as_slow_as_a_server_feels(loadgen_run, scripted_server):
    """A byte at a time: the line takes long to come, in many pieces."""
    server = scripted_server()
    run = loadgen_run(server, options=options("slow-loris:100%", requests=4, request="0123456789"))
    assert run.result.misbehaved == {"slow-loris": {"ok": 4}}
    assert server.lines == [b"0123456789"] * 4
    assert server.received[-1].at_s - server.started_s > 0.5


def test_a_slow_client_that_connects_late_sleeps_between_its_bytes(loadgen, late_listener):
    """Its socket can be written to all the time, and that is no news."""
    run = loadgen(late_listener.target, options=options("slow-loris:100%", requests=2, rate="10/s",
                                                        request="0123456789012345678"))
    eventually(late_listener.somebody_waits, what="the second client is kept waiting")
    late_listener.answer()
    result = run.wait().result
    assert result.misbehaved == {"slow-loris": {"ok": 2}}
    assert result["self_check"]["cpu_share"] * result["measured_s"] < 0.1


def test_a_slow_client_that_is_too_slow_gets_the_error_reply(loadgen_run, iotcpd):
    server = iotcpd("cat", 2, options={"client_timeout": "300ms"})
    run = loadgen_run(server, options=options("slow-loris:100%", requests=8,
                                              request="0123456789012345678901234567890"))
    assert run.result.misbehaved == {"slow-loris": {"error-reply": 8}}
    assert server.stats().check_law().causes("failed") == {"client-timeout": 8}


def test_a_mix_leaves_the_others_alone(loadgen_run, iotcpd):
    """Whoever behaves is answered as if nobody misbehaved; all of them are in the plan."""
    server = iotcpd("cat", 4)
    mix = "slow-loris:5%, half-close:10%, abort-after-send:10%, oversize:5%, no-newline:10%, rst:10%"
    run = loadgen_run(server, options=options(mix, requests=400, rate="400/s"))
    result = run.result
    assert result["planned"] == 400
    assert result.counts == {"ok": result["planned"] - sum(
        sum(outcomes.values()) for outcomes in result.misbehaved.values())}
    assert set(result.misbehaved) == set(KINDS)
    for kind, outcomes in result.misbehaved.items():
        assert set(outcomes) == {KINDS[kind][0]}, kind
    stats = server.wait_stats(lambda stats: stats.in_flight == 0).check_law()
    counts = {kind: sum(outcomes.values()) for kind, outcomes in result.misbehaved.items()}
    assert stats.causes("failed") == {"oversize": counts["oversize"], "eof": counts["no-newline"]}
    undisturbed = result.ok + counts["slow-loris"] + counts["half-close"]
    assert stats["queries replied"] >= undisturbed + counts["abort-after-send"]
    assert result["latency_ms"]["count"] == result.ok


def test_nobody_misbehaves_unless_asked_to(loadgen_run, iotcpd):
    server = iotcpd("cat", 4)
    run = loadgen_run(server, options={"rate": "200/s", "requests": REQUESTS})
    assert run.result.misbehaved == {}
    assert server.stats().check_law().outcomes == (REQUESTS, 0, 0, 0)


def test_the_target_is_that_of_those_who_behave(loadgen_run, iotcpd):
    run = loadgen_run(iotcpd("cat", 4), options=options("half-close:50%", requests=200))
    ordinary = run.result["outcomes"]["ok"]
    assert 0 < ordinary < 200
    assert run.result["target_rate"] == pytest.approx(200 * ordinary / 200)
    assert f"{ordinary} ordinary ones ended as" in run.text
    assert f"Misbehaving clients: {200 - ordinary} of the requests" in run.text


def test_slow_clients_do_not_thin_out_the_rate_of_the_others(loadgen_run, iotcpd, tmp_path):
    """Their last reply comes two seconds after the last request was due, the others' before."""
    rows = tmp_path / "rows.csv"
    run = loadgen_run(iotcpd("cat", 4), options=options("slow-loris:10%", requests=200, csv=rows))
    assert run.result.misbehaved["slow-loris"].get("ok")
    with open(rows, encoding="ascii") as file:
        answered = [row for row in csv.DictReader(file) if int(row["ok"]) > 0]
    last = answered[-1]
    assert run.result["measured_s"] <= float(last["start_s"]) + float(last["length_s"]) + 0.001

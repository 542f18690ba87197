"""What the tests of the load generator stand on: servers in the test, histograms, quiet machines."""

import base64
import socket
import struct
import zlib

import pytest

from pytest_iotcpd import LineClient, quiet_machine
from pytest_iotcpd.hdr_histogram import HdrHistogram
from pytest_iotcpd.loadgen import OUTCOMES, RunResult
from pytest_iotcpd.queueing import sojourns
from pytest_iotcpd.quiet_machine import Definite, Unbelievable, conclusive, unless_held_up
from pytest_iotcpd.scripted_server import RESET, SILENCE


# -- histograms --------------------------------------------------------------------------------

def encoded(*numbers, lowest=1000):
    """Counts, and runs of zeros as negative numbers, as base64."""
    payload = b""
    for number in numbers:
        rest = (number << 1) ^ (number >> 63)
        while rest > 0x7f:
            payload += bytes([rest & 0x7f | 0x80])
            rest >>= 7
        payload += bytes([rest])
    inner = struct.pack(">iiiiqqd", 0x1c849313, len(payload), 0, 3, lowest, 3_600_000_000_000, 1.0)
    packed = zlib.compress(inner + payload)
    return base64.b64encode(struct.pack(">ii", 0x1c849314, len(packed)) + packed).decode()


def test_cells_are_as_wide_as_their_values_are_large():
    """2048 cells of the unit, then halves of twice the width each."""
    histogram = HdrHistogram(encoded(-2, 3, -2045, 1, -1023, 200, lowest=1))
    assert histogram.cells == [(2, 1, 3), (2048, 2, 1), (4096, 4, 200)]
    assert (histogram.total, histogram.quantile(0), histogram.quantile(0.5)) == (204, 2.5, 4098)
    assert histogram.mean == pytest.approx((3 * 2.5 + 2049 + 200 * 4098) / 204)
    assert histogram.values()[2:5] == [2.5, 2049, 4098]


def test_the_unit_is_the_power_of_two_below_the_lowest_value():
    assert HdrHistogram(encoded(-1, 1)).cells == [(512, 512, 1)]


def test_what_is_no_histogram_is_refused():
    with pytest.raises(AssertionError, match="cookie"):
        HdrHistogram(base64.b64encode(bytes(20)).decode())


# -- results -----------------------------------------------------------------------------------

def result(**changes):
    outcomes = dict.fromkeys(OUTCOMES, 0) | {"ok": 5, "timeout": 1, "censored": 2}
    return RunResult({"verdict": "passed", "self_check": {"problems": []}, "outcomes": outcomes,
                      "misbehaved": {"rst": {"reset": 2}}, "planned": 10, "errors": 1, **changes})


def test_a_result_that_adds_up_keeps_the_law():
    assert result().check_law().counts == {"ok": 5, "timeout": 1, "censored": 2}


@pytest.mark.parametrize("wrong", [{"planned": 9}, {"errors": 3}, {"misbehaved": {}},
                                   {"verdict": "invalid"}, {"outcomes": {"ok": 8}}])
def test_a_result_that_does_not_breaks_it(wrong):
    with pytest.raises(AssertionError):
        result(**wrong).check_law()


# -- servers -----------------------------------------------------------------------------------

def test_a_scripted_server_answers_as_it_is_told(scripted_server):
    answers = {b"echo\n": b"echo\n", b"half\n": b"ha", b"none\n": b"", b"reset\n": RESET}
    server = scripted_server(lambda line, _: answers[line])
    ask = [LineClient((server.host, server.port)).ask(line) for line in (b"echo\n", b"half\n", b"none\n")]
    assert ask == [b"echo\n", b"ha", b""]
    with pytest.raises(ConnectionResetError):
        LineClient((server.host, server.port)).ask(b"reset\n")
    assert server.lines == [b"echo", b"half", b"none", b"reset"]
    assert [request.connection for request in server.received] == [1, 2, 3, 4]


def test_a_scripted_server_keeps_connections_and_silence(scripted_server, tmp_path):
    server = scripted_server(lambda line, number: line if number else SILENCE,
                             address=str(tmp_path / "socket"), keep_alive=True)
    assert server.target == f"unix:{tmp_path}/socket"
    with LineClient(str(tmp_path / "socket"), timeout_s=0.05) as client:
        client.send(b"one\n")
        with pytest.raises(TimeoutError):
            client.recv_line()
        client.socket.settimeout(5)
        assert client.send(b"two\n").recv_line() == b"two\n"


def test_a_scripted_server_that_refuses_is_not_there(scripted_server):
    server = scripted_server(address="::1")
    server.refuse()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("::1", server.port))


def test_the_line_server_serves_as_its_stamps_say(line_server):
    server = line_server(service="5ms", seed=1)
    with LineClient((server.host, server.port)) as client:
        client.send(b"one\ntwo\n")
        assert client.recv_line() + client.recv_line() == b"one\ntwo\n"
    (first, _), (second, service) = stamps = server.stamps()
    assert service == 0.005 and first <= second
    assert sojourns(*zip(*stamps)) == pytest.approx([0.005, 0.010 - (second - first)])


# -- quiet machines ----------------------------------------------------------------------------

@pytest.fixture
def disturbed(monkeypatch):
    """disturbed(*reasons): what the machine will have done in each attempt."""
    def set_to(*reasons):
        given = iter(reasons)
        monkeypatch.setattr(quiet_machine.Disturbance, "evidence", lambda _: next(given))

    return set_to


def failing(times, error=AssertionError("too late")):
    """A measurement that fails so often, then gives 7."""
    attempts = []

    def measure():
        attempts.append(1)
        if len(attempts) <= times:
            raise error
        return 7

    return measure, attempts


def test_a_failure_on_a_quiet_machine_is_a_failure_at_once(disturbed):
    disturbed([], [])
    measure, attempts = failing(1)
    with pytest.raises(AssertionError, match="too late"):
        conclusive(measure)
    assert len(attempts) == 1


def test_a_disturbed_measurement_is_done_again(disturbed):
    disturbed(["steal"])
    measure, attempts = failing(1)
    assert (conclusive(measure), len(attempts)) == (7, 2)


def test_what_is_definite_fails_on_any_machine(disturbed):
    disturbed(["steal"], ["steal"])
    measure, attempts = failing(2, Definite("exit code 64"))
    with pytest.raises(Definite):
        conclusive(measure)
    assert len(attempts) == 1


def test_a_second_failure_is_judged_by_its_own_evidence(disturbed):
    disturbed(["steal"], [])
    with pytest.raises(AssertionError, match="too late"):
        conclusive(failing(2)[0])
    disturbed(["steal"], ["pressure"])
    with pytest.raises(pytest.skip.Exception, match="inconclusive: pressure: too late"):
        conclusive(failing(2)[0])


def test_the_generators_own_verdict_is_evidence(disturbed):
    disturbed([], [])
    with pytest.raises(pytest.skip.Exception, match="inconclusive: it lagged"):
        conclusive(failing(2, Unbelievable(["it lagged"]))[0])


def held_up(median_ms, most_ms):
    """A measurement that is not what it should be, by a generator with such a send lag."""
    def measure():
        with unless_held_up({"p50": median_ms, "max": most_ms}):
            raise AssertionError("no grid")

    return measure


def test_a_stand_still_is_evidence_and_a_short_one_is_none(disturbed):
    disturbed([], [])
    with pytest.raises(pytest.skip.Exception, match="inconclusive: a request was held up for 3 ms"):
        conclusive(held_up(0.01, 3))
    disturbed([])
    with pytest.raises(AssertionError, match="no grid"):
        conclusive(held_up(0.01, 0.9))


def test_a_generator_that_is_always_late_is_excused_by_the_machine_alone(disturbed):
    disturbed([])
    with pytest.raises(AssertionError, match="more than 0.06 ms late"):
        conclusive(held_up(0.06, 3))
    disturbed(["steal"], ["steal"])
    with pytest.raises(pytest.skip.Exception, match="inconclusive: steal: half of the requests"):
        conclusive(held_up(0.06, 3))


def test_the_machine_itself_can_be_asked():
    assert isinstance(quiet_machine.Disturbance().evidence(), list)

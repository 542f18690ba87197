"""What is measured beside others is measured alone before anybody calls it wrong."""

import threading

import pytest

from pytest_iotcpd import scaled
from pytest_iotcpd.quiet_machine import Definite, conclusive, unless_held_up
from pytest_iotcpd.side_by_side import SideBySide


@pytest.fixture
def quiet(monkeypatch):
    monkeypatch.setattr("pytest_iotcpd.quiet_machine.Disturbance.evidence", lambda self: [])


def judge(measurements, name, expected):
    """Whether conclusive() says so of a measurement."""
    together = SideBySide()

    def measure():
        with together.measured(name, measurements) as value:
            assert value == expected

    conclusive(measure)


def test_the_first_that_asks_makes_all_of_them_beside_each_other():
    meeting, together = threading.Barrier(3, timeout=scaled(10)), SideBySide()
    measurements = {number: meeting.wait for number in range(3)}
    seen = []
    for number in measurements:
        with together.measured(number, measurements) as value:
            seen.append(value)
    assert sorted(seen) == [0, 1, 2]


def test_what_is_wrong_beside_others_is_measured_again_alone(quiet):
    made = []

    def measurement():
        made.append(threading.current_thread() is threading.main_thread())
        return len(made)

    judge({"one": measurement, "other": lambda: None}, "one", expected=2)
    assert made == [False, True]


def test_what_is_wrong_alone_is_wrong(quiet):
    made = []
    with pytest.raises(AssertionError, match="assert 2 == 0"):
        judge({"one": lambda: made.append(0) or len(made), "other": lambda: None}, "one", expected=0)


def test_requests_that_are_late_beside_others_are_sent_again_alone(quiet):
    lags, together = [0.06, 0.01], SideBySide()
    measurements = {"one": lambda: lags.pop(0), "other": lambda: None}

    def measure():
        with together.measured("one", measurements) as lag, unless_held_up({"p50": lag, "max": 0}):
            pass

    conclusive(measure)
    assert not lags


def test_what_is_definite_beside_others_is_not_asked_again(quiet):
    contradictions, together = [Definite("it contradicts itself")], SideBySide()

    def measure():
        with together.measured("one", {"one": lambda: 1, "other": lambda: 2}):
            if contradictions:
                raise contradictions.pop()

    with pytest.raises(Definite):
        conclusive(measure)


def test_one_that_has_no_others_is_not_measured_twice(quiet):
    made = []
    with pytest.raises(AssertionError, match="assert 1 == 0"):
        judge({"one": lambda: made.append(0) or len(made)}, "one", expected=0)


def test_what_a_measurement_raises_is_raised_where_it_is_asked_for(quiet):
    def refuses():
        raise ValueError("no such thing")

    together = SideBySide()
    with together.measured("fine", {"fine": lambda: 1, "wrong": refuses}) as value:
        assert value == 1
    with pytest.raises(ValueError, match="no such thing"), together.measured("wrong", {}):
        pass

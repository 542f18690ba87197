"""When being late says nothing: class Processors, and what it excuses."""

import os
import subprocess
import sys

import pytest

from pytest_iotcpd import deadline, proc
from pytest_iotcpd.processors import Processors
from pytest_iotcpd.quiet_machine import Definite, Disturbance


@pytest.fixture
def machine(monkeypatch):
    """machine(pressure, (idle, total), stolen=0, stalled_s=0, own=0): what the machine tells from now on."""
    def tell(pressure, ticks, stolen=0, stalled_s=0, own=0):
        idle, total = ticks
        monkeypatch.setattr(proc, "cpu_pressure_percent", lambda: pressure)
        monkeypatch.setattr(proc, "cpu_stalled_s", lambda: stalled_s)
        monkeypatch.setattr(proc, "cpu_ticks", lambda: proc.CpuTicks(idle, stolen, total - idle, total))
        monkeypatch.setattr(proc, "family_ticks", lambda pid: own)

    return tell


@pytest.mark.parametrize("pressure, ticks, reason", [
    (0, (1100, 2200), None),
    (50, (1010, 2200), None),  # 10 of 200 are 5 %
    (51, (1100, 2200), "CPU pressure is 51 %"),
    (40, (1002, 2200), "the processors were idle for 1 % of the time"),
    (40, (1000, 2099), None),  # too little to tell
])
def test_waiting_for_a_processor_and_processors_that_never_rest_excuse_being_late(
        machine, pressure, ticks, reason):
    machine(0, (1000, 2000))
    processors = Processors()
    machine(pressure, ticks)
    assert processors.overload() == reason


@pytest.mark.parametrize("pressure, ticks", [(90, (1100, 2200)), (0, (1000, 2200))])
@pytest.mark.parametrize("of_others, excused", [(20, True), (19, False)])
def test_what_a_test_does_to_itself_is_no_excuse(machine, pressure, ticks, of_others, excused):
    machine(0, (1000, 2000), own=700)
    processors = Processors()
    worked = (ticks[1] - ticks[0]) - 1000
    machine(pressure, ticks, own=700 + worked - of_others)
    assert (processors.overload() is not None) == excused


@pytest.mark.parametrize("stolen, reason", [(104, None), (105, "2.5% of the processors were stolen")])
def test_what_the_hypervisor_takes_excuses_being_late(machine, stolen, reason):
    machine(0, (1000, 2000), stolen=100)
    processors = Processors()
    machine(0, (1100, 2200), stolen=stolen)
    assert processors.overload() == reason


def test_each_test_is_judged_by_its_own_time(machine):
    machine(0, (1000, 2000))
    deadline.begin_watch()
    machine(0, (1000, 2200))
    assert deadline.overload() is not None
    deadline.begin_watch()
    assert deadline.overload() is None


@pytest.mark.parametrize("raised, outcome", [(AssertionError, pytest.skip.Exception), (Definite, Definite)])
def test_they_excuse_what_was_late_and_nothing_that_is_definite(machine, raised, outcome):
    machine(51, (1000, 2000))
    with pytest.raises((Definite, pytest.skip.Exception)) as seen, deadline.inconclusive_when_overloaded():
        raise raised("of this")
    assert seen.type is outcome and "of this" in str(seen.value)


def test_they_are_evidence_against_a_measurement(machine):
    machine(0, (1000, 2000))
    disturbance = Disturbance()
    machine(0, (1009, 2200))
    assert "the processors were idle for 4 % of the time" in disturbance.evidence()
    machine(0, (1010, 2200))
    assert not any("idle" in sentence for sentence in disturbance.evidence())


@pytest.mark.parametrize("stolen, stalled_s, sentence", [
    (104, 0, None), (105, 0, "2.5% of the processors were stolen"),
    (100, 100, "somebody waited for a processor")])
def test_stolen_time_and_waiting_are_evidence_against_a_measurement(machine, stolen, stalled_s, sentence):
    machine(0, (1000, 2000), stolen=100)
    disturbance = Disturbance()
    machine(0, (1100, 2200), stolen=stolen, stalled_s=stalled_s)
    assert [sentence in told for told in disturbance.evidence()] == [True] * bool(sentence)


def test_a_process_has_used_what_its_children_have_that_live_or_were_waited_for():
    before = proc.family_ticks(os.getpid())
    words = [sys.executable, "-ISc", "import os\nwhile sum(os.times()[:2]) < 0.2: pass\nprint(flush=True)\ninput()"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        assert proc.family_ticks(os.getpid()) - before >= 18
        child.communicate(b"\n")
    assert proc.family_ticks(os.getpid()) - before >= 18


def test_this_machine_tells():
    told = proc.cpu_ticks()
    assert 0 < told.idle < told.total and 0 <= told.stolen < told.total
    assert 0 < told.working <= told.total - told.idle
    stalled_s = proc.cpu_stalled_s()
    assert 0 <= proc.cpu_pressure_percent() <= 100 and 0 <= stalled_s <= proc.cpu_stalled_s()

"""What a daemon is started with, whatever iotcpd itself was started with, and that it ends with it."""

import json
import pathlib
import shlex
import signal

import pytest

from pytest_iotcpd import eventually, proc

PRINT_ENVIRONMENT = pathlib.Path(__file__).resolve().parent / "print_environment"


@pytest.fixture
def iotcpd_binary(iotcpd_binary):
    """iotcpd with a low soft limit, a blocked signal and ignored ones, as careless parents leave them."""
    return ["/usr/bin/prlimit", "--nofile=777:4000", "/usr/bin/env", "--block-signal=WINCH",
            "--ignore-signal=PIPE", "--ignore-signal=USR1", "--ignore-signal=INT", *iotcpd_binary]


@pytest.fixture
def told(iotcpd):
    """What one daemon says about itself."""
    return json.loads(iotcpd(shlex.quote(str(PRINT_ENVIRONMENT)), 1).ask(b"tell\n"))


def test_it_has_descriptors_0_1_and_2_only(told):
    assert sorted(told["fds"]) == ["0", "1", "2"]
    assert all(target.startswith("pipe:") for target in told["fds"].values()), told["fds"]
    assert len(set(told["fds"].values())) == 3


def test_later_daemons_have_no_descriptor_of_earlier_ones_or_of_clients(iotcpd):
    server = iotcpd("cat", 4, options={"alarm_interval": "50ms"})
    with server.client() as client:
        client.send(b"partial")
        server.wait_stats(lambda stats: stats["clients open"] == 1)
        before = set(server.daemon_pids())
        server.signal(signal.SIGHUP)
        server.wait_log("refresh done")
        after = eventually(lambda: not before & set(server.daemon_pids()) and server.daemon_pids(), 10,
                           "the old daemons end")
    assert len(after) == 4
    pipes = [target for pid in after for target in proc.open_fds(pid).values()]
    assert len(pipes) == len(set(pipes)) == 4 * 3, pipes


def test_its_signal_mask_is_empty(told):
    assert int(told["blocked"], 16) == 0


def test_its_signal_dispositions_are_default(told):
    assert int(told["ignored"], 16) == 0


def test_it_has_a_process_group_of_its_own(iotcpd):
    server = iotcpd("cat", 3)
    # A child that has not yet become its program may not have left its parent's group.
    server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 3)
    pids = server.daemon_pids()
    assert [proc.process_group(pid) for pid in pids] == pids


def test_its_descriptor_limit_is_what_iotcpd_was_started_with(told):
    assert told["rlimit_nofile"] == [777, 4000]


def test_it_keeps_the_environment_and_knows_its_slot_and_incarnation(told):
    assert told["environment"]["IOTCPD_WORKER"] == "0"
    assert told["environment"]["IOTCPD_INCARNATION"] == "1"
    assert told["environment"]["PATH"]


def test_slots_count_from_0_and_incarnations_of_each_slot_from_1(iotcpd):
    server = iotcpd("cat", 3).expect_log("killed by signal 9 after 0 requests")

    def slots():
        found = {}
        for pid in server.daemon_pids():
            environment = proc.environment(pid)
            # Incomplete in a process that is just being started.
            slot, incarnation = environment.get(b"IOTCPD_WORKER"), environment.get(b"IOTCPD_INCARNATION")
            if slot and incarnation:
                found[int(slot)] = (int(incarnation), pid)
        return found

    def numbered():
        return {slot: incarnation for slot, (incarnation, _) in slots().items()}

    eventually(lambda: numbered() == {0: 1, 1: 1, 2: 1}, what="three first incarnations")
    proc.kill_quietly(slots()[1][1])
    eventually(lambda: numbered() == {0: 1, 1: 2, 2: 1}, what="a second incarnation in slot 1")
    assert {slot: entry["incarnation"] for slot, entry in server.registers().items()} == numbered()


def test_slot_and_incarnation_replace_what_iotcpd_was_started_with(iotcpd):
    server = iotcpd("cat", 1, env={"IOTCPD_WORKER": "outer", "IOTCPD_INCARNATION": "outer"})
    (pid,) = server.daemon_pids()
    with open(f"/proc/{pid}/environ", "rb") as file:
        ours = sorted(word for word in file.read().split(b"\0") if word.startswith(b"IOTCPD_"))
    assert ours == [b"IOTCPD_INCARNATION=1", b"IOTCPD_WORKER=0"]


def test_daemons_die_with_a_killed_iotcpd_even_when_they_ignore_everything(iotcpd, fake):
    daemon = fake(fault=["startup = ignore(TERM)", "on-eof = hang"])
    server = iotcpd(str(daemon), 3)
    assert server.ask(b"alive\n") == b"alive\n"
    pids = eventually(lambda: len(server.daemon_pids()) == 3 and server.daemon_pids())
    daemon.wait_journal("fault", 3, action="ignore")
    server.signal(signal.SIGKILL)
    server.wait_exit()
    eventually(lambda: not any(map(proc.alive, pids)), 3, "no daemon outlives it")
    assert not daemon.journal("exit")

"""The fake daemon's journal: its schema, one write a line, and what a full disk costs."""

import json
import os
import pathlib
import resource
import signal
import subprocess

import jsonschema
import pytest

from pytest_iotcpd import eventually, scaled
from pytest_iotcpd.fake_daemon import control

SCHEMA = json.loads((pathlib.Path(__file__).resolve().parents[2] /
                     "fake-daemons/journal.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
EVENTS = set(SCHEMA["properties"]["event"]["enum"])
REASONS = set(SCHEMA["$defs"]["reason"]["enum"])
TOKEN = "tk_0123456789abcdef"
BYTES = b"bytes \x00\x01\"\\\xc3\xa4\xff" + 100 * b"x"


def is_line(line):
    return VALIDATOR.is_valid(line)


def objects_of(path):
    """Every line of a journal, whole and an object."""
    text = path.read_text(encoding="ascii")
    assert text.endswith("\n") or not text
    return [json.loads(line) for line in text.splitlines()]


def lines_of(path):
    """The same, each as the schema says."""
    lines = objects_of(path)
    for line in lines:
        VALIDATOR.validate(line)
    return lines


def events(lines, name):
    return [line for line in lines if line["event"] == name]


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "journal.jsonl"


# -- the schema --------------------------------------------------------------------------------

def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("change", [
    {"event": "recieve"}, {"seq": 0}, {"token": "tk_XYZ"}, {"bytes": -1}, {"pid": None}, {"more": 1},
    {"request": "x" * 65}, {"slept_us": 1},
])
def test_the_schema_refuses_what_is_no_line(change):
    line = {"event": "recv", "t_ns": 1, "pid": 2, "worker": 0, "incarnation": 1, "seq": 1,
            "token": TOKEN, "bytes": 3, "request": "x\u00ff"}
    assert is_line(line)
    assert not is_line({**line, **change})


@pytest.mark.parametrize("name", ["t_ns", "pid", "worker", "incarnation", "seq", "token", "bytes"])
def test_the_schema_refuses_a_line_without_a_member(name):
    line = {"event": "reply", "t_ns": 1, "pid": 2, "worker": 0, "incarnation": 1, "seq": 1,
            "token": None, "bytes": 3, "slept_us": 0, "service_us": 0}
    assert is_line(line)
    del line[name]
    assert not is_line(line)


def test_the_schema_has_the_actions_of_the_program(fake_daemon_binary):
    answer = subprocess.run([fake_daemon_binary, "--fault", "idle = nonsense"], check=False,
                            capture_output=True, text=True, timeout=scaled(5))
    named = answer.stderr.partition("an action: ")[2].partition(" at column")[0]
    named = named.replace("[, session]", "").replace(" or ", ", ")
    names = {word.partition("(")[0] for word in named.split(", ") if word[0].islower()}
    assert names - {"off"} == set(SCHEMA["$defs"]["action"]["enum"])


# -- the events --------------------------------------------------------------------------------

def told_by_requests(fake_daemon, journal):
    """Ends by eof."""
    daemon = fake_daemon(journal=journal, latency="1ms", fault=[
        "startup = sleep(1ms)", "after-read = 1* sleep(2ms)", "before-reply = after(2) drop",
        "after-reply = 1* extra-line(stray)", "after-reply = 1* linger-child(1ms)",
        "on-eof = stderr(1)"])
    daemon.ask(f"with {TOKEN}\n".encode())
    assert daemon.read_line() == b"stray\n"
    daemon.ask(BYTES + b"\n")
    daemon.write(b"dropped, without a newline")
    assert daemon.finish()[2] == 0


def told_by_a_fault(fake_daemon, journal):
    daemon = fake_daemon(journal=journal, fault="after-read = kill(SEGV)")
    assert daemon.write(b"x\n").wait() == -signal.SIGSEGV


def told_by_term(fake_daemon, journal):
    daemon = fake_daemon(journal=journal, fault="on-term = sleep(1ms)")
    daemon.ask(b"x\n")
    daemon.process.terminate()
    assert daemon.wait() == -signal.SIGTERM


def told_by_a_wrapped_program(fake_daemon, journal):
    daemon = fake_daemon(journal=journal, wrap=["sh", "-c", "read line; exit 3"])
    assert daemon.write(b"x\n").wait() == 3


def told_by_a_stdout_that_nobody_reads(fake_daemon, journal):
    daemon = fake_daemon(journal=journal, fault="after-read = chatter(1ms)")
    daemon.ask(b"x\n")
    daemon.process.stdout.close()
    assert daemon.wait() == 74


def told_by_a_stdin_that_cannot_be_read(fake_daemon, journal):
    program = fake_daemon().words[0]
    folder = os.open("/", os.O_RDONLY)
    ended = subprocess.run([program, "--journal", journal], check=False, capture_output=True,
                           stdin=folder, timeout=scaled(5))
    os.close(folder)
    assert (ended.returncode, ended.stderr) == (74, b"iotcpd-fake-daemon: stdin: Is a directory\n")


TOLD = [told_by_requests, told_by_a_fault, told_by_term, told_by_a_wrapped_program,
        told_by_a_stdout_that_nobody_reads, told_by_a_stdin_that_cannot_be_read]


@pytest.mark.parametrize("tell", TOLD)
def test_every_line_is_as_the_schema_says(fake_daemon, journal, tell):
    tell(fake_daemon, journal)
    lines = lines_of(journal)
    assert lines[0]["event"] == "start" and lines[-1]["event"] == "exit"
    assert [line["t_ns"] for line in lines] == sorted(line["t_ns"] for line in lines)


def test_together_they_have_every_event_and_every_reason(fake_daemon, journal):
    for tell in TOLD:
        tell(fake_daemon, journal)
    lines = lines_of(journal)
    assert {line["event"] for line in lines} == EVENTS
    assert {line["reason"] for line in events(lines, "exit")} == REASONS


def test_a_request_can_be_followed_by_its_token(fake_daemon, journal):
    told_by_requests(fake_daemon, journal)
    own = [line for line in lines_of(journal) if line.get("token") == TOKEN]
    assert [line["event"] for line in own] == ["recv", "fault", "reply", "fault", "fault"]
    reply = own[2]
    assert reply["slept_us"] >= 3000 and reply["service_us"] >= reply["slept_us"]
    assert reply["bytes"] == own[0]["bytes"] == len(f"with {TOKEN}\n")


def test_the_head_of_a_request_has_its_bytes_as_characters(fake_daemon, journal):
    told_by_requests(fake_daemon, journal)
    second = events(lines_of(journal), "recv")[1]
    assert second["request"].encode("latin-1") == BYTES[:64]
    assert second["token"] is None


# -- one write a line --------------------------------------------------------------------------

def test_processes_that_share_a_journal_tear_no_line(fake_daemon_binary, journal):
    daemons, requests = 6, 400
    processes = [subprocess.Popen([fake_daemon_binary, "--journal", journal], stdin=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL) for _ in range(daemons)]
    for process in processes:
        process.stdin.write(b"".join(b"request %d %s\n" % (i, 90 * b"x") for i in range(requests)))
    for process in processes:
        process.stdin.close()
    assert [process.wait(scaled(10)) for process in processes] == daemons * [0]
    lines = objects_of(journal)
    for process in processes:
        own = [line for line in lines if line["pid"] == process.pid]
        assert [line["seq"] for line in events(own, "recv")] == list(range(1, requests + 1))
        assert [line["seq"] for line in events(own, "reply")] == list(range(1, requests + 1))


def test_a_kill_loses_nothing_that_was_told(fake_daemon, journal):
    daemon = fake_daemon(journal=journal)
    for number in range(50):
        daemon.ask(b"%d\n" % number)
    eventually(lambda: len(events(objects_of(journal), "reply")) == 50)
    daemon.process.kill()
    assert daemon.wait() == -signal.SIGKILL
    lines = lines_of(journal)
    assert len(events(lines, "recv")) == len(events(lines, "reply")) == 50
    assert lines[-1]["event"] == "reply"


def test_a_fault_that_kills_is_told_before(fake_daemon, journal):
    daemon = fake_daemon(journal=journal, fault="after-read = after(2) kill(KILL)")
    assert daemon.write(b"1\n2\n3\n").wait() == -signal.SIGKILL
    assert [line["event"] for line in lines_of(journal)][-3:] == ["recv", "fault", "exit"]
    assert lines_of(journal)[-1]["signal"] == "KILL"


# -- a disk that is full -----------------------------------------------------------------------

REQUESTS = 20


@pytest.fixture
def answering(fake_daemon, tmp_path):
    """answering(journal, file_size): (daemon, its counters) after it has answered every request."""
    def start(journal, file_size=resource.RLIM_INFINITY):
        path = tmp_path / "control"
        daemon = fake_daemon(journal=journal, control=path)
        assert daemon.ask(b"first\n") == b"first\n"
        resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (file_size, resource.RLIM_INFINITY))
        for number in range(1, REQUESTS):
            assert daemon.ask(b"%d\n" % number) == b"%d\n" % number
        # A reply is told after it has been written, and before this is answered.
        return daemon, control(str(path), "counters")

    return start


def test_a_full_disk_costs_lines_but_no_request(answering):
    daemon, counters = answering("/dev/full")
    assert (counters["received"], counters["replied"]) == (REQUESTS, REQUESTS)
    assert counters["journal_lost"] == 1 + 2 * REQUESTS
    assert daemon.finish() == \
        (b"", b"iotcpd-fake-daemon: journal: No space left on device; goes on without\n", 0)


def test_a_journal_at_its_limit_costs_lines_but_no_request(answering, journal):
    daemon, counters = answering(journal, file_size=1000)
    assert (counters["received"], counters["replied"]) == (REQUESTS, REQUESTS)
    assert journal.stat().st_size == 1000
    whole = journal.read_text(encoding="ascii").splitlines()[:-1]
    assert all(is_line(json.loads(line)) for line in whole)
    assert counters["journal_lost"] == 1 + 2 * REQUESTS - len(whole)
    assert daemon.finish() == (b"", b"iotcpd-fake-daemon: journal: cut off; goes on without\n", 0)


def test_a_line_that_was_cut_off_spoils_no_other(answering, journal):
    daemon, _ = answering(journal, file_size=1000)
    no_limit = 2 * (resource.RLIM_INFINITY,)
    resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, no_limit)
    daemon.ask(b"room again\n")
    assert daemon.finish()[2] == 0
    lines = journal.read_text(encoding="ascii").splitlines()
    torn = [line for line in lines if not line.endswith("}")]
    assert len(torn) == 1
    after = [json.loads(line) for line in lines[lines.index(torn[0]) + 1:]]
    assert [line["event"] for line in after] == ["recv", "reply", "exit"]
    assert all(is_line(line) for line in after)


def test_a_journal_that_cannot_be_opened_is_refused(fake_daemon):
    assert fake_daemon(journal="/nowhere/at/all").finish() == \
        (b"", b"iotcpd-fake-daemon: --journal '/nowhere/at/all': No such file or directory\n", 69)


# -- sleeps and starts -------------------------------------------------------------------------


@pytest.mark.parametrize("fault, point", [
    ("startup = sleep(3ms)", "startup"), ("idle = 1* sleep(3ms)", "idle"),
    ("before-read = sleep(3ms)", "before-read"), ("after-reply = spin(3ms)", "after-reply"),
    ("on-eof = sleep(3ms)", "on-eof"), ("startup = stderr(300B, 100000B)", "startup")])
def test_a_sleep_without_a_reply_that_tells_of_it_has_a_line_of_its_own(fake_daemon, fault, point):
    daemon = fake_daemon(fault=fault)
    daemon.write(b"one\n").finish()
    (slept,) = daemon.journal("slept")
    VALIDATOR.validate(slept)
    assert slept["point"] == point and slept["slept_us"] >= 2999
    assert slept.get("seq") == (1 if point == "after-reply" else None)


def test_the_time_of_a_slow_start_is_told(fake_daemon):
    daemon = fake_daemon(startup="3ms")
    daemon.finish()
    assert [line["slept_us"] >= 3000 for line in daemon.journal("slept", point="startup")] == [True]


def test_the_pauses_of_a_dribble_are_slept(fake_daemon):
    daemon = fake_daemon(fault="before-reply = dribble(1B, 1ms)")
    daemon.write(b"one\n").finish()
    assert daemon.journal("reply")[0]["slept_us"] >= 3000
    assert not daemon.journal("slept")


def test_a_start_is_the_hit_of_its_incarnation(fake_daemon):
    daemon = fake_daemon(fault="startup = first(3) exit(1)", env={"IOTCPD_INCARNATION": "3"})
    assert daemon.wait() == 1
    (fault,) = daemon.journal("fault")
    assert (fault["hit"], fault["fired"]) == (3, 3)

"""The harness itself: it reads what iotcpd prints, and it notices what a test must not leave behind."""

import concurrent.futures
import os
import signal
import socket
import subprocess
import sys

import pytest

from pytest_iotcpd import eventually, log, proc, scaled, stats, tcp_sockets
from pytest_iotcpd.ending import MARK, Ending
from pytest_iotcpd.fake_daemon import control

BLOCK = f"""\
{stats.BLOCK_START}
queries total      7
queries replied    3
queries delayed    1
queries timeout    1
queries failed     1
queries unknown    1
queries 0-100      2
queries 100-250    1
queries 250-500    0
queries 500-750    0
queries 750-1000   0
queries 1000-      0
daemon S_AVAILABLE 27
uptime   7916
version  2.0.0
queries in-flight  1
queue oldest-ms    1.250
queue ms           p50 0.001 p90 0.002 p99 0.003 p99.9 0.004 max 0.005
failed queue-full  1
failed oversize    0
{stats.BLOCK_END}
"""


# -- statistics --------------------------------------------------------------------------------

def test_a_block_is_read_by_label():
    (block,) = stats.parse_blocks("noise\n" + BLOCK + stats.BLOCK_START + "\nqueries total  9\n")
    assert (block["queries total"], block["daemon S_AVAILABLE"], block["uptime"]) == (7, 27, 7916)
    assert (block["version"], block["queue oldest-ms"]) == ("2.0.0", 1.25)
    assert block["queue ms"] == {"p50": 0.001, "p90": 0.002, "p99": 0.003, "p99.9": 0.004, "max": 0.005}
    assert (block.buckets, block.outcomes) == ([2, 1, 0, 0, 0, 0], (3, 1, 1, 1))
    assert block.causes("failed") == {"queue-full": 1}
    assert block.daemons == {"S_AVAILABLE": 27}
    block.check_law()


@pytest.mark.parametrize("line", ["queries total      7", "queries failed     1", "queries 0-100      2",
                                  "queries in-flight  1", "queries delayed    1"])
def test_a_block_that_does_not_add_up_breaks_the_law(line):
    wrong = line[:-1] + "9"
    (block,) = stats.parse_blocks(BLOCK.replace(line, wrong))
    with pytest.raises(AssertionError):
        block.check_law()


def test_registers_are_read_by_slot_from_whole_blocks_only():
    rule = stats.REGISTERS_RULE + "\n"
    block = rule + "d[0].status = S_BUSY\nd[0].busy_ms = 1.5\n\nd[1].status = S_AVAILABLE\n\n" + rule
    expected = {0: {"status": "S_BUSY", "busy_ms": 1.5}, 1: {"status": "S_AVAILABLE"}}
    assert stats.parse_registers(block + BLOCK + block) == [expected, expected]
    assert stats.parse_registers(block[:-1]) == []
    assert stats.parse_registers(block[block.index("d[1]"):] + block) == [expected]


# -- the log -----------------------------------------------------------------------------------

@pytest.mark.parametrize("line, level", [
    ("2026-11-22T22:49:29.123Z warning daemon[3] pid 4711 condemned: timeout", "warning"),
    ("2026-11-22T22:49:29.123Z notice draining", "notice"),
    ('{"time": "2026-11-22T22:49:29.123Z", "level": "error", "text": "x"}', "error"),
    ("==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x1", "error"),
    ("a.cpp:3:1: runtime error: signed integer overflow", "error"),
    ("2026-11-22T22:49:29.123Z notice daemon[3] pid 4711 stderr: ==1==ERROR: AddressSanitizer: x", "error"),
    ("something else", None)])
def test_the_level_of_a_log_line(line, level):
    assert log.level_of(line) == level


def test_only_what_was_announced_is_expected():
    text = "2026-11-22T22:49:29.123Z warning condemned: timeout\n2026-11-22T22:49:29.123Z error oh\n"
    assert log.unexpected_lines(text, ["condemned"]) == ["2026-11-22T22:49:29.123Z error oh"]
    assert log.unexpected_lines(text, ["condemned", " oh$"]) == []


# -- waiting -----------------------------------------------------------------------------------

def test_eventually_fails_with_the_last_reason():
    def never():
        assert 1 == 2, "one is not two"

    with pytest.raises(AssertionError, match="never.*one is not two"):
        eventually(never, within=0.02)


def test_eventually_looks_again_when_it_was_held_up_beyond_the_deadline(monkeypatch):
    now_s = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now_s[0])
    answers = iter([None, "here"])

    def look():
        now_s[0] += scaled(10)
        return next(answers)

    assert eventually(look, within=5) == "here"


def test_eventually_returns_what_it_waited_for():
    answers = iter([None, [], "here"])
    assert eventually(lambda: next(answers)) == "here"


# -- the end of a program ----------------------------------------------------------------------

def ending_of(script, codes=None):
    """The Ending of a Python script that stands in for iotcpd, once it has printed a line."""
    process = subprocess.Popen([sys.executable, "-ISuc", script], stdout=subprocess.PIPE,
                               env={**os.environ, MARK: f"harness-{id(script)}"}, process_group=0)
    process.stdout.readline()
    process.stdout.close()
    return Ending(process, f"harness-{id(script)}", codes)


HANDLE_TERM = "import os, signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: os._exit(0));"


def test_a_clean_end_has_no_faults():
    assert ending_of(HANDLE_TERM + "print(1); time.sleep(100)").shut_down() == []


@pytest.mark.parametrize("codes, faults", [
    (None, []), ((3, 4), []), ((0,), ["it ended with exit code 3 after TERM"])])
def test_an_exit_code_that_says_something_is_wrong_is_reported(codes, faults):
    script = HANDLE_TERM.replace("_exit(0)", "_exit(3)") + "print(1); time.sleep(100)"
    assert ending_of(script, codes).shut_down() == faults


def test_a_crash_is_reported():
    ending = ending_of("import os; print(1); os.kill(os.getpid(), 11)")
    eventually(lambda: not proc.alive(ending.pid))
    assert ending.shut_down() == ["it was killed by SIGSEGV"]


def test_to_die_of_a_signal_that_has_a_meaning_is_a_crash():
    ending = ending_of("import time; print(1); time.sleep(100)")
    ending.send(signal.SIGUSR1)
    eventually(lambda: not proc.alive(ending.pid))
    assert ending.shut_down() == ["it was killed by SIGUSR1"]


def test_an_orphan_in_a_session_of_its_own_is_found_and_ended():
    ending = ending_of(HANDLE_TERM + """
if os.fork() == 0:
    os.setsid()
    time.sleep(100)
print(1)
time.sleep(100)
""")
    (orphan,) = ending.family()
    (fault,) = ending.shut_down()
    assert fault.startswith(f"left behind: pid {orphan}")
    eventually(lambda: not proc.alive(orphan), what="the orphan is ended")


def test_a_zombie_is_found():
    ending = ending_of(HANDLE_TERM + """
child = os.fork()
if child == 0:
    os._exit(0)
os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # it has ended, and is left a zombie
print(1)
time.sleep(100)
""")
    faults = ending.shut_down()
    assert faults and faults[0].startswith("zombies while it ran")


# -- sockets -----------------------------------------------------------------------------------

def test_the_kernel_tells_who_listens_and_what_was_read():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert tcp_sockets.listens(os.getpid(), port) and not tcp_sockets.listens(os.getppid(), 1)
        with socket.create_connection(("127.0.0.1", port)) as client:
            peer_port = client.getsockname()[1]
            assert not tcp_sockets.has_taken_all(port, peer_port), "nobody has accepted it"
            with listener.accept()[0] as server:
                assert tcp_sockets.has_taken_all(port, peer_port)
                client.sendall(b"unread")
                eventually(lambda: not tcp_sockets.has_taken_all(port, peer_port))
                server.recv(100)
                assert tcp_sockets.has_taken_all(port, peer_port)
    assert tcp_sockets.find(port) is None or not tcp_sockets.listens(os.getpid(), port)


def test_a_socket_that_takes_ipv6_too_is_found():
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
        port = listener.getsockname()[1]
        assert tcp_sockets.listens(os.getpid(), port)
        with socket.create_connection(("127.0.0.1", port)) as client, listener.accept()[0]:
            assert tcp_sockets.has_taken_all(port, client.getsockname()[1])


# -- the journal -------------------------------------------------------------------------------

def test_a_line_of_the_journal_that_is_being_written_is_not_read_yet(fake):
    daemon = fake()
    with open(daemon.journal_path, "w", encoding="ascii") as journal:
        journal.write('{"event":"start","pid":7}\n{"event":"rec')
    assert daemon.journal() == [{"event": "start", "pid": 7}]


@pytest.mark.parametrize("cut_off", ["{", '{"event":"recv"', '{"event":"recv","token":"tk_'])
@pytest.mark.parametrize("end", ["", "\n"], ids=["of-others-follows", "of-its-own-follows"])
def test_a_line_of_the_journal_that_a_killed_daemon_has_not_finished_spoils_no_other(fake, cut_off, end):
    daemon = fake()
    with open(daemon.journal_path, "w", encoding="ascii") as journal:
        journal.write(cut_off + end + '{"event":"start","pid":7}\n')
    assert daemon.journal() == [{"event": "start", "pid": 7}]


def test_a_daemon_that_ends_instead_of_an_answer_has_not_refused(tmp_path):
    path = str(tmp_path / "control")
    with socket.socket(socket.AF_UNIX) as listener, concurrent.futures.ThreadPoolExecutor() as pool:
        listener.bind(path)
        listener.listen()
        said = pool.submit(control, path, "counters")
        connection, _ = listener.accept()
        with connection:
            assert connection.recv(100) == b"counters\n"
        with pytest.raises(ConnectionError, match="no answer at"):
            said.result(scaled(10))

"""--threads: several reactors, each with listeners of its own and its share of the pool, behave as one."""

import os
import signal
import socket
import subprocess

import pytest

from pytest_iotcpd import eventually, proc, scaled
from pytest_iotcpd.background_load import BackgroundLoad
from pytest_iotcpd.gate import Gate
from pytest_iotcpd.stats import load_json

THREADS = 2
OPTIONS = {"threads": THREADS, "alarm_interval": "60ms"}


def settled(server, n):
    return eventually(lambda: len(server.daemon_pids()) == n and server.daemon_pids(), 10, f"{n} daemons")


def threads_of(server):
    return len(os.listdir(f"/proc/{server.pid}/task"))


def on_both(server, gate, most=64):
    """Clients whose requests are held, until each thread has all of its two daemons busy."""
    clients = []
    while server.stats()["daemon S_BUSY"] < 4:
        assert len(clients) < most, "the kernel gives all connections to one thread"
        clients.append(server.client().send(gate.request(b"held-%d" % len(clients))))
        server.wait_stats(lambda stats: stats["queries in-flight"] == len(clients))
    return clients


# -- one service ---------------------------------------------------------------------------------

def test_each_thread_gets_connections_and_the_registers_show_all_daemons_by_their_numbers(iotcpd):
    server = iotcpd("cat", 5, options=OPTIONS)
    with BackgroundLoad(server, clients=8) as load:
        load.wait_more(200)
    load.assert_all_echoed()
    registers = server.registers()
    assert sorted(registers) == [0, 1, 2, 3, 4]
    for thread in range(THREADS):
        assert sum(registers[slot]["served"] for slot in range(thread, 5, THREADS)) > 0, registers
    assert server.stats().check_law()["queries replied"] == len(load.asked)
    assert sum(of["served"] for of in registers.values()) == len(load.asked)
    workers = {slot: proc.environment(of["daemon_pid"])[b"IOTCPD_WORKER"] for slot, of in registers.items()}
    assert workers == {slot: b"%d" % slot for slot in registers}


def test_one_thread_is_the_default(iotcpd):
    one, two, three = (threads_of(iotcpd("cat", 4, options=options))
                       for options in ({}, {"threads": 2}, {"threads": 3}))
    assert one < two == three - 1, "a sanitizer may have a thread of its own"


def test_it_is_ready_when_every_thread_has_a_daemon(iotcpd, tmp_path):
    # The daemon of the second thread does not answer its probe before somebody opens the gate.
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    command = f"""sh -c '[ "$IOTCPD_WORKER" = 0 ] || read opened < {gate}; exec cat'"""
    server = iotcpd(command, 2, options={**OPTIONS, "probe": "ping"}, wait_ready=False)
    server.wait_listening().wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 1)
    assert not server.announced_ready
    gate.write_text("open\n", encoding="ascii")
    server.wait_ready()
    assert "daemons 2/2" in server.stdout.text()


@pytest.mark.parametrize("second", [{}, {"--threads": "2"}], ids=["one thread", "two threads"])
def test_a_second_instance_is_told_that_the_port_is_taken(iotcpd, iotcpd_run, second):
    first = iotcpd("cat", 2, options=OPTIONS)
    words = [word for pair in second.items() for word in pair]
    ended = iotcpd_run("-d", "cat", "-n", "2", "-p", first.port, *words)
    assert ended.returncode == 69 and b"Address already in use" in ended.stderr
    assert first.ask(b"still here\n") == b"still here\n"


# -- limits --------------------------------------------------------------------------------------

def test_a_source_is_limited_over_all_threads_together(iotcpd):
    server = iotcpd("cat", 2, options={**OPTIONS, "max_clients_per_source": 6})
    clients = [server.client(source="127.0.0.2") for _ in range(12)]
    stats = server.wait_stats(lambda stats: stats["refused per-source"] + stats["clients open"] == 12)
    assert stats["clients open"] == 6
    for client in clients:
        client.close()
    server.wait_stats(lambda stats: stats["clients open"] == 0)
    assert server.ask(b"again\n", source="127.0.0.2") == b"again\n"


def test_places_in_the_queue_are_shared_out(iotcpd, fake):
    daemon = fake(obey_requests=True)
    server = iotcpd(str(daemon), 2, options={**OPTIONS, "queue_size": 4, "queue_timeout": "1m"})
    gate = Gate(daemon)
    clients = [server.client().send(gate.request(b"held-%d" % number)) for number in range(40)]
    # Two are served, two wait for each daemon; the others are told so at once.
    stats = server.wait_stats(lambda stats: stats["failed queue-full"] == 40 - 2 - 4)
    assert stats.check_law()["queue depth"] == 4 and stats["queue peak"] == 2
    for _ in range(6):
        gate.release()
    answers = [client.recv_to_eof() for client in clients]
    assert sum(answer != b"ERR\n" for answer in answers) == 6


@pytest.mark.parametrize("words, said", [
    (["--threads", "3", "-n", "2"], "not more than the 2 of --num-daemons"),
    (["--threads", "3", "-n", "3", "--max-clients", "2"], "not more than the 2 of --max-clients"),
    (["--threads", "2", "--unix", "/tmp/unused", "-i", "127.0.0.1"], "not with --unix"),
    (["--threads", "0"], "1 to 64"), (["--threads", "65", "-n", "99"], "1 to 64")])
def test_a_wrong_number_is_named(iotcpd_run, words, said):
    ended = iotcpd_run("-d", "cat", "-p", "0", *words)
    (line,) = ended.stderr.decode().splitlines()
    assert ended.returncode == 64 and "--threads" in line and words[1] in line and said in line


def test_descriptors_that_do_not_suffice_for_the_threads_are_named(iotcpd_binary):
    words = ["-d", "cat", "-p", "0", "-n", "64", "--threads", "64"]
    ended = subprocess.run(["prlimit", "--nofile=30:30", *iotcpd_binary, *words], capture_output=True,
                           timeout=scaled(10), check=False)
    (line,) = ended.stderr.decode().splitlines()
    assert ended.returncode == 69 and "of 64" in line and "Too many open files" in line


# -- signals -------------------------------------------------------------------------------------

def test_term_has_all_threads_answer_what_is_open(iotcpd, fake):
    daemon = fake(obey_requests=True)
    server = iotcpd(str(daemon), 4, options={**OPTIONS, "queue_timeout": "1m", "busy_timeout": "1m"})
    gate = Gate(daemon)
    clients = on_both(server, gate)
    server.signal(signal.SIGTERM)
    server.wait_log("draining")
    eventually(lambda: not listens(server), 5, "the listeners of all threads are closed")
    for _ in clients:
        gate.release()
    assert [client.recv_to_eof() for client in clients] == [
        gate.request(b"held-%d" % number) for number in range(len(clients))]
    assert server.wait_exit() == 0


def test_the_statistics_file_has_what_all_threads_counted_when_it_ends(iotcpd, tmp_path):
    path = tmp_path / "statistics.json"
    server = iotcpd("cat", 4, options={**OPTIONS, "stats_file": str(path)})
    with BackgroundLoad(server, clients=8) as load:
        load.wait_more(100)
    server.signal(signal.SIGTERM)
    assert server.wait_exit() == 0
    assert load_json(path)["queries replied"] == len(load.asked)


def listens(server):
    with socket.socket() as client:
        return client.connect_ex((server.host, server.port)) == 0


def test_a_second_term_ends_all_threads_at_once(iotcpd, fake):
    daemon = fake(obey_requests=True)
    server = iotcpd(str(daemon), 4, options={**OPTIONS, "queue_timeout": "1m", "busy_timeout": "1m"})
    server.expect_log("ended at once")
    clients = on_both(server, Gate(daemon))
    server.signal(signal.SIGTERM)
    server.wait_log("draining")
    server.signal(signal.SIGTERM)
    assert server.wait_exit() == 128 + signal.SIGTERM
    assert {client.recv_to_eof() for client in clients} == {b"ERR\n"}


def test_a_refresh_replaces_one_slot_of_all_at_a_time(iotcpd, fake):
    server = iotcpd(str(fake()), 4, options=OPTIONS)
    old = settled(server, 4)
    with BackgroundLoad(server, clients=4) as load:
        server.signal(signal.SIGHUP)
        most = 0
        while not server.log_contains("refresh done"):
            # A successor beside four daemons in slots; those that are being stopped are not counted.
            states = server.stats()
            most = max(most, states["daemon S_STARTING"] + states["daemon S_AVAILABLE"]
                       + states["daemon S_BUSY"])
            assert len(proc.children(server.pid)) - states["daemon S_STOPPING"] <= 4 + 2
    load.assert_all_echoed()
    assert most == 4
    new = settled(server, 4)
    assert not set(old) & set(new)
    starts = sorted(map(proc.start_ticks, new))
    assert all(later - earlier >= 5 for earlier, later in zip(starts, starts[1:])), "each is proven first"


@pytest.mark.not_under_valgrind("it makes forks of vforks: that a program cannot be executed is never told")
def test_an_aborted_refresh_leaves_the_daemons_of_the_other_threads(iotcpd, tmp_path):
    program = tmp_path / "daemon"
    program.write_text("#!/bin/sh\nexec cat\n")
    program.chmod(0o755)
    server = iotcpd(str(program), 4, options=OPTIONS)
    server.expect_log("refresh aborted", "cannot be started", "exited with")
    old = settled(server, 4)
    program.unlink()
    server.signal(signal.SIGHUP)
    server.wait_log("refresh aborted after 3 failed successors, the old daemons stay", within=10)
    assert settled(server, 4) == old
    server.signal(signal.SIGHUP)
    server.wait_log("refresh aborted", within=10, times=2)


def test_after_an_aborted_refresh_all_threads_start_what_they_started_before(iotcpd, tmp_path):
    path = tmp_path / "iotcpd.conf"
    # By the probe a successor is none before it has answered, however long a shell takes to end.
    common = "num-daemons = 4\nthreads = 2\nalarm-interval = 60ms\nprobe = ping\n"
    path.write_text("daemon = cat\n" + common)
    server = iotcpd(None, None, options={"config": str(path)})
    server.expect_log("refresh aborted", "exited with", "keeps dying", "killed by signal")
    settled(server, 4)
    # Those of the first thread have successors when the first one of the second thread fails.
    path.write_text("""daemon = sh -c '[ $((IOTCPD_WORKER % 2)) = 0 ] && exec sed -u s/a/b/'\n""" + common)
    server.signal(signal.SIGHUP)
    server.wait_log("refresh aborted after 3 failed successors, the old daemons stay", within=10)
    for pid in settled(server, 4):
        os.kill(pid, signal.SIGKILL)
    server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 4 and stats["daemon S_STOPPING"] == 0
                      and stats["daemon deaths"] >= 4 + 3)
    assert [proc.command_line(pid) for pid in settled(server, 4)] == [["cat"]] * 4


def test_refreshes_that_come_together_become_one_more(iotcpd):
    server = iotcpd("cat", 2, options=OPTIONS)
    settled(server, 2)
    server.signal(signal.SIGHUP)
    server.wait_log("refresh started")
    server.signal(signal.SIGHUP)
    server.wait_log("refresh to be followed by another")
    server.wait_log("refresh done", times=2)
    server.wait_stats(lambda stats: stats["daemon spawns"] == 6 and stats["daemon S_STOPPING"] == 0)


def test_a_reload_shares_the_pool_out_anew(iotcpd, tmp_path):
    path = tmp_path / "iotcpd.conf"
    path.write_text("num-daemons = 3\nthreads = 2\nalarm-interval = 60ms\n")
    server = iotcpd("cat", None, options={"config": str(path)})
    settled(server, 3)
    path.write_text("num-daemons = 6\nthreads = 2\nalarm-interval = 60ms\n")
    server.signal(signal.SIGHUP)
    server.wait_log("refresh done")
    settled(server, 6)
    assert sorted(server.registers()) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("text, said", [
    ("num-daemons = 1\nthreads = 2\n", "not more than the 1 of --num-daemons"),
    ("num-daemons = 1\nthreads = 1\n", "num-daemons 1: fewer than the 2 threads"),
    ("num-daemons = 2\nmax-clients = 1\nthreads = 1\n", "max-clients 1: fewer than the 2 threads")])
def test_a_reload_with_less_than_one_for_each_thread_keeps_the_old_settings(iotcpd, tmp_path, text, said):
    path = tmp_path / "iotcpd.conf"
    path.write_text("num-daemons = 2\nthreads = 2\nalarm-interval = 60ms\n")
    server = iotcpd("cat", None, options={"config": str(path)}).expect_log("settings not reloaded")
    path.write_text(text)
    server.signal(signal.SIGHUP)
    server.wait_log("settings not reloaded, the old ones stay")
    assert said in server.log_lines("settings not reloaded")[0]
    server.wait_log("refresh done")
    settled(server, 2)


# -- daemons -------------------------------------------------------------------------------------

def test_daemons_that_end_are_replaced_in_every_thread(iotcpd):
    server = iotcpd("cat", 4, options=OPTIONS).expect_log("killed by signal 9")
    old = settled(server, 4)
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    server.wait_stats(lambda stats: stats["daemon deaths"] == 4 and stats["daemon S_AVAILABLE"] == 4)
    assert not set(old) & set(settled(server, 4))


def test_daemons_of_all_threads_die_with_it(iotcpd):
    server = iotcpd("sleep 1000", 4, options=OPTIONS)
    pids = settled(server, 4)
    server.signal(signal.SIGKILL)
    server.wait_exit()
    eventually(lambda: not any(proc.alive(pid) for pid in pids), 5, "all daemons gone")

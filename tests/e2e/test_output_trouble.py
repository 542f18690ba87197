"""Log, trace and standard output that cannot be written to never harm the service."""

import os
import signal

from pytest_iotcpd import eventually, proc
from pytest_iotcpd.deadline import Stopwatch


def cpu_s(pid):
    fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_log_on_a_full_disk_costs_lines_and_nothing_else(iotcpd, faulty):
    server = iotcpd(faulty("stray_same_write"), 1, options={"log_file": "/dev/full"})
    for number in range(5):
        assert server.ask(b"%d\n" % number) == b"%d\n" % number
    stats = server.wait_stats(lambda now: now["condemned stray-output"] == 5).check_law()
    assert stats["dropped log-lines"] >= 5
    assert stats["daemon S_AVAILABLE"] + stats["daemon S_STARTING"] == 1


def test_a_timeout_that_cannot_be_logged_is_answered_all_the_same(iotcpd, faulty):
    server = iotcpd(faulty("obedient"), 1, options={"log_file": "/dev/full", "busy_timeout": "200ms"})
    assert server.ask(b"@hang\n") == b"ERR\n"
    assert server.ask(b"next\n") == b"next\n"


def test_a_log_file_that_is_a_fifo_without_a_reader_is_refused(iotcpd_run, tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    ended = iotcpd_run("-d", "cat", "-p", "0", "--log-file", str(fifo))
    assert ended.returncode == 64
    assert b"--log-file" in ended.stderr


def test_a_request_that_dying_daemons_never_read_is_decided_in_time(iotcpd):
    server = iotcpd("sleep 0.6", 1,
                    options={"busy_timeout": "1s", "queue_timeout": "200ms"})
    server.expect_log("exited with code 0").expect_log("keeps dying")
    watch = Stopwatch()
    assert server.ask(b"never read\n") == b"ERR\n"
    assert watch.elapsed_s < 1.0 + 0.2 + 0.05 + 1.0
    server.stats().check_law()


def test_more_clients_at_a_hangup_are_let_in_at_once(iotcpd, tmp_path):
    config = tmp_path / "iotcpd.conf"
    config.write_text("max-clients = 1\n")
    server = iotcpd("cat", 1, options={"config": str(config)}).expect_log("accepting paused")
    first = server.client()
    server.wait_stats(lambda stats: stats["clients open"] == 1)
    with server.client() as second:
        second.send(b"me too\n")
        config.write_text("max-clients = 2\n")
        server.signal(signal.SIGHUP)
        assert second.recv_to_eof() == b"me too\n"
    first.close()


def test_a_reader_of_stdout_that_stalls_and_then_goes_leaves_the_loop_idle(iotcpd):
    server = iotcpd("cat", 1)
    for _ in range(200):  # far more than the pipe holds, and nobody reads
        server.signal(signal.SIGUSR1)
        server.ask(b"taken\n")
    server.stdout.abandon()
    eventually(lambda: server.ask(b"still there\n") == b"still there\n")
    before = cpu_s(server.pid)
    watch = Stopwatch()
    eventually(lambda: watch.elapsed_s > 0.5)
    assert cpu_s(server.pid) - before < 0.1
    assert proc.state(server.pid) == "S"

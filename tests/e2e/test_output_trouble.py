"""Log, trace and standard output that cannot be written to never harm the service."""

import json
import os
import resource
import signal
import subprocess

import pytest

from pytest_iotcpd import eventually, proc
from pytest_iotcpd.deadline import Stopwatch


def cpu_s(pid):
    fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def largest_file_bytes(server, limit):
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (limit, limit))


def test_a_log_on_a_full_disk_costs_lines_and_nothing_else(iotcpd, fake):
    daemon = fake(fault="before-reply = extra-line(STRAY)")
    server = iotcpd(str(daemon), 1, options={"log_file": "/dev/full"})
    for number in range(5):
        assert server.ask(b"%d\n" % number) == b"%d\n" % number
    stats = server.wait_stats(lambda now: now["condemned stray-output"] == 5).check_law()
    assert stats["dropped log-lines"] >= 5
    server.wait_stats(lambda now: now["daemon S_AVAILABLE"] == 1)


def test_a_timeout_that_cannot_be_logged_is_answered_all_the_same(iotcpd, fake):
    daemon = fake(fault="after-read(incarnation 1) = hang")
    server = iotcpd(str(daemon), 1, options={"log_file": "/dev/full", "busy_timeout": "1s"})
    assert server.ask(b"hangs\n") == b"ERR\n"
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


@pytest.mark.parametrize("kind", ["fifo", "device"])
def test_a_statistics_file_that_is_no_regular_file_is_refused_and_left_alone(
        iotcpd_run, tmp_path, kind):
    path = tmp_path / kind
    if kind == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/null")
    before = os.stat(path).st_mode
    ended = iotcpd_run("-d", "cat", "-p", "0", "--stats-file", str(path))
    assert ended.returncode == 64
    assert b"--stats-file" in ended.stderr
    assert os.stat(path).st_mode == before


def test_a_statistics_file_behind_a_link_is_replaced_and_keeps_its_mode(iotcpd, tmp_path):
    target = tmp_path / "target"
    target.write_text("old")
    target.chmod(0o600)
    link = tmp_path / "link"
    link.symlink_to(target)
    server = iotcpd("cat", 1, options={"stats_file": str(link)})
    server.stats()
    assert link.is_symlink()
    assert '"queries"' in target.read_text()
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", ["link", "fifo"])
def test_what_lies_beside_the_statistics_file_is_left_alone(iotcpd, tmp_path, kind):
    path, beside, precious = tmp_path / "stats", tmp_path / "stats.new", tmp_path / "precious"
    precious.write_text("data")
    if kind == "link":
        beside.symlink_to(precious)
    else:
        os.mkfifo(beside)
    server = iotcpd("cat", 1, options={"stats_file": str(path)})
    server.stats()
    assert '"queries"' in path.read_text()
    assert precious.read_text() == "data"
    assert beside.is_symlink() if kind == "link" else beside.is_fifo()


@pytest.mark.parametrize("mask, before, after", [(0o022, None, 0o644), (0o077, None, 0o600),
                                                 (0o022, 0o666, 0o666)])
def test_a_new_statistics_file_has_the_usual_mode_and_an_old_one_keeps_its_own(
        iotcpd, tmp_path, mask, before, after):
    path = tmp_path / "stats"
    if before is not None:
        path.touch()
        path.chmod(before)
    usual = os.umask(mask)
    try:
        server = iotcpd("cat", 1, options={"stats_file": str(path)})
    finally:
        os.umask(usual)
    server.stats()
    assert path.stat().st_mode & 0o777 == after


def test_statistics_that_cannot_be_written_leave_the_old_file_and_nothing_else(iotcpd, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "stats"
    server = iotcpd("cat", 1, options={"stats_file": str(path)}).expect_log("cannot be written")
    before = path.read_text()
    largest_file_bytes(server, 1000)
    server.stats()
    server.wait_log("statistics file .* cannot be written: File too large")
    assert path.read_text() == before
    assert os.listdir(folder) == ["stats"]


def test_a_log_and_a_trace_at_their_size_limit_cost_lines_and_nothing_else(iotcpd, fake, tmp_path):
    files = {"trace": tmp_path / "trace", "log_file": tmp_path / "log"}
    server = iotcpd(str(fake(fault="before-reply = extra-line(STRAY)")), 1, options=files)
    largest_file_bytes(server, 512)
    for number in range(10):
        assert server.ask(b"%d\n" % number) == b"%d\n" % number
        server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 1)
    assert server.stats()["dropped log-lines"] > 0
    assert {path.stat().st_size for path in files.values()} == {512}


def test_a_refused_second_instance_leaves_the_statistics_of_the_first_alone(
        iotcpd, iotcpd_run, tmp_path):
    path = tmp_path / "stats"
    server = iotcpd("cat", 1, options={"stats_file": str(path)})
    server.ask(b"one\n")
    server.stats()
    before = path.read_text()
    ended = iotcpd_run("-d", "cat", "-p", str(server.port), "--stats-file", str(path))
    assert ended.returncode == 69
    assert path.read_text() == before


@pytest.mark.parametrize("asked", ["--help", "--version", "--check-config"])
def test_a_text_that_standard_output_does_not_take_ends_with_74_and_a_line(iotcpd, asked):
    binary = iotcpd("cat", 1).command[0]
    with open("/dev/full", "wb") as full:
        ended = subprocess.run([binary, asked], stdout=full, stderr=subprocess.PIPE, timeout=10)
    assert ended.returncode == 74
    assert ended.stderr.count(b"\n") == 1 and b"standard output" in ended.stderr


def test_a_trace_line_after_a_torn_one_is_whole(iotcpd, tmp_path):
    fifo = tmp_path / "trace"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    server = iotcpd("cat", 1, "--trace", str(fifo))
    for number in range(400):
        server.ask(b"%d " % number + b"x" * 60 + b"\n")
    os.read(reader, 1 << 20)
    server.ask(b"after\n")
    lines = os.read(reader, 1 << 20).decode().splitlines()
    assert json.loads(lines[-1])["request"] == "after\n"
    assert server.stats()["dropped log-lines"] > 0
    os.close(reader)


def test_a_hangup_onto_a_config_fifo_does_not_hold_the_service(iotcpd, tmp_path):
    config = tmp_path / "iotcpd.conf"
    config.write_text("num-daemons = 1\n")
    server = iotcpd("cat", 1, options={"config": str(config)}).expect_log("no regular file")
    config.unlink()
    os.mkfifo(config)
    server.signal(signal.SIGHUP)
    server.wait_log("no regular file")
    assert server.ask(b"still here\n") == b"still here\n"

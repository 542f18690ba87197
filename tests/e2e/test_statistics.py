"""Statistics: the block, its law, the JSON file, the registers, a reader that stopped."""

import concurrent.futures
import json
import os
import random
import re
import signal
import threading

import pytest

from pytest_iotcpd import eventually, in_parallel, unique_request
from pytest_iotcpd.gate import Gate
from pytest_iotcpd.stats import (
    BLOCK_END, BLOCK_START, CLASSIC_LABELS, OUTCOME_LABELS, load_json, parse_blocks)

OUR_LABELS = (
    "queries in-flight", "queue depth", "queue peak", "queue oldest-ms", "queue ms", "service ms",
    "daemon S_STOPPING", "daemon deaths", "daemon retired",
    "condemned timeout", "condemned stray-output", "condemned oversize-reply",
    "condemned closed-stdout", "condemned broken-stdin", "condemned probe", "condemned unknown-id",
    "failed oversize", "failed eof", "failed client-timeout", "failed queue-full",
    "failed queue-timeout", "failed daemon-death", "failed oversize-reply", "failed drain-timeout",
    "unknown reset", "unknown not-taken", "refused not-allowed", "refused per-source",
    "clients open", "clients byteless", "dropped log-lines", "bytes in", "bytes out",
)
PERCENTILES = ["p50", "p90", "p99", "p99.9", "max"]


# -- the block ---------------------------------------------------------------------------------

def test_the_block_begins_with_the_predecessors_lines_to_the_column(iotcpd):
    server = iotcpd("cat", 3)
    server.ask(b"one\n")
    lines = server.stats().raw_lines[:len(CLASSIC_LABELS)]
    for line, label in zip(lines, CLASSIC_LABELS):
        if label == "uptime":
            assert re.fullmatch(r"uptime   \d+", line)
        elif label == "version":
            assert re.fullmatch(r"version  \d+\.\d+\.\d+", line)
        else:
            assert re.fullmatch(rf"{label:<18} \d+", line)


def test_our_lines_follow_in_a_fixed_order(iotcpd):
    labels = iotcpd("cat", 1).stats().labels
    assert labels[:len(CLASSIC_LABELS)] == list(CLASSIC_LABELS)
    assert sorted(labels[len(CLASSIC_LABELS):]) == sorted(OUR_LABELS)
    groups = [label.split()[0] for label in labels[len(CLASSIC_LABELS):]]
    assert groups[:2] == ["queries", "queue"]
    assert groups.index("condemned") < groups.index("refused")


def test_a_fresh_pool_counts_nothing_but_its_daemons(iotcpd):
    server = iotcpd("cat", 5)
    stats = server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 5).check_law()
    assert stats["daemon spawns"] == 5
    rest = {label: value for label, value in stats.items() if isinstance(value, (int, float))
            and label not in ("daemon spawns", "daemon S_AVAILABLE", "uptime")}
    assert not any(rest.values()), rest
    assert stats.daemons == {
        "S_AVAILABLE": 5, "S_BUSY": 0, "S_SPAWNING": 0, "S_STARTING": 0, "S_STOPPING": 0}


def test_every_slot_is_in_one_state(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 4)
    busy = server.client().send(gate.request())
    stats = server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
    assert sum(stats.daemons.values()) == 4
    gate.release()
    assert busy.recv_to_eof() == gate.request()


def test_percentiles_grow_and_bytes_are_exact(iotcpd):
    server = iotcpd("cat", 2)
    lines = [b"x" * size + b"\n" for size in range(40)]
    for line in lines:
        assert server.ask(line) == line
    stats = server.stats()
    for label in ("queue ms", "service ms"):
        assert list(stats[label]) == PERCENTILES
        assert list(stats[label].values()) == sorted(stats[label].values())
    assert stats["service ms"]["p50"] > 0
    total = sum(map(len, lines))
    assert (stats["bytes in"], stats["bytes out"]) == (total, total)


def test_a_client_that_waited_for_a_daemon_is_counted_as_delayed(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options={"queue_timeout": "30s"})
    busy = server.client().send(gate.request())
    server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
    queued = [server.client().send(unique_request()) for _ in range(3)]
    stats = server.wait_stats(lambda stats: stats["queue depth"] == 3).check_law()
    assert stats.in_flight == 4
    server.wait_stats(lambda stats: stats["queue oldest-ms"] > 1)
    gate.release()
    for client in [busy, *queued]:
        client.recv_to_eof()
    stats = server.wait_stats(lambda stats: stats.in_flight == 0).check_law()
    assert (stats["queries delayed"], stats["queue peak"], stats["queue depth"]) == (3, 3, 0)
    assert stats["queue oldest-ms"] == 0


# -- the law -----------------------------------------------------------------------------------

def clients_that_misbehave(server):
    """Functions; each is a client from its beginning to its end."""
    def half_closes():
        with server.client() as client:
            client.send(unique_request()).half_close().recv_to_eof()

    def never_ends_its_line():
        with server.client() as client:
            client.send(b"no newline").recv_to_eof()

    def sends_too_much():
        server.ask(b"x" * 5000 + b"\n")

    def resets():
        server.client().send(unique_request()).reset()

    def resets_in_mid_request():
        server.client().send(b"half a requ").reset()

    def says_nothing():
        server.client().close()

    return [half_closes, never_ends_its_line, sends_too_much, resets, resets_in_mid_request, says_nothing]


def clients_of_every_kind(server):
    """Those and others, whose daemons misbehave or do not, in any order."""
    def asks(words):
        return lambda: server.ask(unique_request(words))

    harmful = ["@after-read=hang", "@mid-reply(20)=hang", "@after-read=exit(1)",
               "@before-reply=close-stdout", "@before-reply=extra-line(STRAY)"]
    clients = ([asks("")] * 120 + [asks("@after-read=sleep(10ms)")] * 60
               + [asks("@before-reply=dribble(1,200us)")] * 20 + [asks(words) for words in harmful] * 3
               + clients_that_misbehave(server) * 10)
    random.Random(3).shuffle(clients)
    return clients


def test_the_law_holds_at_every_moment_under_every_kind_of_client_and_fault(iotcpd, fake):
    daemon = fake(obey_requests=True)
    server = iotcpd(str(daemon), 4, options={
        "busy_timeout": "800ms", "queue_timeout": "10s", "client_timeout": "300ms",
        "alarm_interval": "20ms"})
    server.expect_log("condemned", "exited with", "killed by", "keeps dying")
    clients, samples = clients_of_every_kind(server), []
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(client) for client in clients]
        while not all(future.done() for future in futures):
            samples.append(server.stats().check_law())
        for future in futures:
            future.result()
    last = server.wait_stats(lambda stats: stats.in_flight == 0).check_law()
    assert sum(sample.in_flight > 0 for sample in samples) >= 10
    for label in ("queries total", *OUTCOME_LABELS):
        values = [sample[label] for sample in samples]
        assert values == sorted(values), f"{label} went backwards"
    assert all(last[label] for label in OUTCOME_LABELS)
    assert last["queries total"] + last["clients byteless"] == len(clients)
    assert {fault["action"] for fault in daemon.journal("fault")} == {
        "sleep", "dribble", "hang", "exit", "close-stdout", "extra-line"}


# -- the file ----------------------------------------------------------------------------------

def test_the_statistics_file_is_rewritten_before_the_last_line_of_the_block(iotcpd, tmp_path):
    path = tmp_path / "stats.json"
    server = iotcpd("cat", 2, options={"stats_file": path})
    for count in range(1, 21):
        server.ask(unique_request())
        block = server.stats()
        in_file = load_json(path)
        assert count == block["queries total"] == in_file["queries total"]
        assert in_file["queries replied"] == count


def test_the_statistics_file_says_what_the_block_says(iotcpd, fake, tmp_path):
    path = tmp_path / "stats.json"
    daemon = fake(fault="after-read = match(/dies/) exit(1)")
    server = iotcpd(str(daemon), 2, options={"stats_file": path, "max_request": 100})
    server.expect_log("condemned", "exited")
    for line in (unique_request(), unique_request("dies"), b"x" * 200):
        server.ask(line)
    block, in_file = server.stats(), load_json(path)
    for label, value in block.items():
        if isinstance(value, dict):
            for percentile, number in value.items():
                assert in_file[f"{label} {percentile}"] == pytest.approx(number, abs=0.001)
        elif label not in ("uptime", "queue oldest-ms"):
            assert in_file[label] == value, label


def test_the_statistics_file_is_replaced_atomically(iotcpd, tmp_path):
    """A reader beside it never sees a part of the file, and no temporary file stays."""
    path = tmp_path / "stats.json"
    server = iotcpd("cat", 1, options={"stats_file": path})
    server.stats()
    ended, totals = threading.Event(), []

    def keep_reading():
        while not ended.is_set():
            totals.append(load_json(path)["queries total"])

    with open(path, encoding="utf-8") as first:  # held open, so that its inode is not used again
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            reader = pool.submit(keep_reading)
            for _ in range(100):
                server.ask(b"x\n")
                server.stats()
            ended.set()
            reader.result()
        assert os.stat(path).st_ino != os.fstat(first.fileno()).st_ino
        assert json.load(first)["queries"]["total"] == 0
    assert totals and totals == sorted(totals)
    assert [name for name in os.listdir(tmp_path) if name.startswith("stats")] == ["stats.json"]


# -- the registers -----------------------------------------------------------------------------

def test_usr2_prints_the_registers_of_every_daemon(iotcpd):
    server = iotcpd("cat", 3)
    server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 3)
    for _ in range(4):
        server.ask(unique_request())
    registers = server.registers()
    assert list(registers) == [0, 1, 2]
    pids = sorted(daemon["daemon_pid"] for daemon in registers.values())
    assert pids == sorted(server.daemon_pids())
    for daemon in registers.values():
        assert list(daemon)[:5] == ["status", "daemon_pid", "incarnation", "served", "busy_ms"]
        assert (daemon["status"], daemon["incarnation"]) == ("S_AVAILABLE", 1)
    assert sum(daemon["served"] for daemon in registers.values()) == 4


# -- a reader that stopped ---------------------------------------------------------------------

def test_a_reader_of_stdout_that_stopped_reading_never_blocks_the_service(iotcpd):
    server = iotcpd("cat", 2, stdout_capacity=4096)
    server.stats()
    for _ in range(200):  # far more than the pipe holds, and nobody reads
        server.signal(signal.SIGUSR1).signal(signal.SIGUSR2)
        line = unique_request()
        assert server.ask(line) == line
    text = server.stdout.text()
    assert len(parse_blocks(text)) >= 2
    # The reader is back: whole blocks come, and none of them is torn.
    assert server.wait_stats(lambda stats: stats["queries total"] == 200).check_law()
    for block in parse_blocks(server.stdout.text()):
        assert block.labels[:len(CLASSIC_LABELS)] == list(CLASSIC_LABELS)
    # What does not fit into the pipe at once is on its way yet.
    eventually(lambda: (text := server.stdout.text()).count(BLOCK_START) == text.count(BLOCK_END),
               what="the end of the last block")


def test_a_reader_of_stdout_that_has_gone_does_no_harm(iotcpd):
    server = iotcpd("cat", 2)
    server.stdout.close()
    for _ in range(5):
        server.signal(signal.SIGUSR1)
        line = unique_request()
        assert server.ask(line) == line


def test_a_reader_of_stderr_that_stopped_reading_never_blocks_the_service(iotcpd, fake):
    """Log lines that do not fit are dropped, and counted."""
    server = iotcpd(str(fake(fault="after-read = stderr(3000)")), 1, stderr_pipe=4096)
    server.expect_log("condemned", "exited", "stderr")
    for _ in range(40):
        line = unique_request()
        assert server.ask(line) == line
    assert server.stats()["dropped log-lines"] > 0

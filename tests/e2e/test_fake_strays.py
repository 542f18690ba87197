"""Lines that a fake daemon writes of its own accord: they come, are counted, and have a bound."""

import os
import time

import pytest

from pytest_iotcpd import eventually, proc, scaled
from pytest_iotcpd.fake_daemon import control


def fill(daemon, line, patience=0.5):
    """Writes lines until none has been taken for so long; how many were."""
    os.set_blocking(daemon.process.stdin.fileno(), False)
    taken, deadline = 0, time.monotonic() + scaled(patience)
    while time.monotonic() < deadline:
        if daemon.process.stdin.write(line):
            taken, deadline = taken + 1, time.monotonic() + scaled(patience)
    return taken


def test_a_late_line_comes_also_when_stdout_is_full_at_its_time(fake_daemon, tmp_path):
    path = str(tmp_path / "control")
    daemon = fake_daemon(fault="after-read = 1* late(LATE, 700ms)", journal=None, control=path)
    count = fill(daemon, b"x" * 89 + b"\n")
    assert count > 1000
    eventually(lambda: control(path, "counters")["stray"] == 1, 5)
    out, _, _ = daemon.finish()
    assert (out.count(b"LATE\n"), len(out)) == (1, count * 90 + 5)


def test_what_is_too_much_is_lost_and_counted_and_told_once(fake_daemon, tmp_path):
    path = str(tmp_path / "control")
    daemon = fake_daemon(fault="after-read = late(x, 1h)", journal=None, control=path, personality="fixed")
    out, err = daemon.process.communicate(b"x\n" * 10_003, timeout=scaled(20))
    assert out.count(b"\n") == 10_003
    assert err == b"iotcpd-fake-daemon: stray lines are lost: too many wait\n"


def test_late_lines_that_wait_have_a_bound_in_bytes(fake_daemon, tmp_path):
    path = str(tmp_path / "control")
    text = 60_000 * "y"
    daemon = fake_daemon(fault=f"after-read = late({text}, 1h)", journal=None, control=path)
    for _ in range(300):
        assert daemon.ask(b"x\n") == b"x\n"
    assert control(path, "counters")["stray_lost"] == 300 - (16 << 20) // 60_001
    if not proc.is_sanitized(daemon.words[0]):
        assert proc.rss_kib(daemon.pid) < 32 * 1024


def test_a_chatter_that_is_begun_again_and_again_still_chatters(fake_daemon):
    daemon = fake_daemon(fault="after-reply = chatter(60ms)")
    deadline = time.monotonic() + scaled(3)
    while not daemon.journal("stray") and time.monotonic() < deadline:
        daemon.write(b"one\n")
        time.sleep(0.01)  # the pace of its requests
    assert daemon.journal("stray")


def test_an_extra_line_is_told_apart_from_the_reply_it_is_written_with(fake_daemon):
    daemon = fake_daemon(fault=["before-reply = extra-line(EXTRA)", "mid-reply(5) = extra-line(MID)"])
    out, _, _ = daemon.write(b"one\n").finish()
    assert out == b"one\nEXTRA\n"
    (reply,), (stray,) = daemon.journal("reply"), daemon.journal("stray")
    assert (reply["bytes"], stray["bytes"]) == (4, 6)


@pytest.mark.parametrize("offset, reached", [(4, True), (5, False)])
def test_the_end_of_the_reply_is_where_its_extra_lines_begin(fake_daemon, offset, reached):
    daemon = fake_daemon(fault=["before-reply = extra-line(EXTRA)", f"mid-reply({offset}) = exit(3)"])
    out, _, code = daemon.write(b"one\n").finish()
    assert (out, code) == ((b"one\n", 3) if reached else (b"one\nEXTRA\n", 0))

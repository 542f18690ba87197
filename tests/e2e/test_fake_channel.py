"""squid-channel: requests side by side, and what the same seed still promises there."""

import functools
import subprocess
import threading
import time

from pytest_iotcpd import eventually, proc, scaled


def run_channel(fake_daemon, *, count=1000, **settings):
    daemon = fake_daemon(personality="squid-channel", seed=5, **settings)
    data = b"".join(b"%d x\n" % number for number in range(1, count + 1))
    out, _ = daemon.process.communicate(data, timeout=scaled(20))
    return daemon, sorted(out.splitlines())


def test_the_same_requests_are_hit_whoever_is_answered_first(fake_daemon):
    def answers(latency):
        return run_channel(fake_daemon, latency=latency, fault=[
            "before-reply = 30% drop", "before-reply = 10% wrong-id"])[1]

    first = answers("exp(3ms)")
    assert 500 < len(first) < 900 and any(line.startswith(b"1000000") for line in first)
    assert first == answers("exp(3ms)") == answers("0s")


def test_what_an_action_draws_belongs_to_its_request(fake_daemon):
    def garbage(latency):
        return run_channel(fake_daemon, count=50, latency=latency, fault="before-reply = garbage(40)")[1]

    assert garbage("exp(3ms)") == garbage("0s")


def test_after_reply_comes_in_the_order_of_the_replies(fake_daemon):
    daemon, _ = run_channel(fake_daemon, count=6, fault=[
        "mid-reply(1) = 1* sleep(50ms)", "after-reply = every(2) stderr(1)"])
    assert [line["seq"] for line in daemon.journal("fault", action="stderr")] == [2, 4, 6]


def test_a_reply_that_nothing_holds_up_does_not_come_within_one_that_is_held(fake_daemon):
    daemon = fake_daemon(personality="squid-channel", journal=None)
    control = functools.partial(daemon.control_of, daemon.pid)
    eventually(lambda: control("counters"), what="it can be told something")

    def send(line, received):
        daemon.write(line)
        eventually(lambda: control("counters")["received"] == received)

    control("fault mid-reply(2) = hold(g)")
    send(b"1 a\n", 1)
    control("reset")  # nobody watches the second one
    send(b"2 b\n", 2)
    control("release g")
    assert [daemon.read_line(), daemon.read_line()] == [b"1 a\n", b"2 b\n"]


def test_many_replies_that_wait_for_one_take_no_stack(fake_daemon_binary):
    data = b"".join(b"%d x\n" % number for number in range(4090))
    done = subprocess.run(
        ["sh", "-c", 'ulimit -s 512; exec "$@"', "sh", fake_daemon_binary, "--personality",
         "squid-channel", "--fault", "mid-reply(1) = 1* sleep(100ms)"],
        input=data, capture_output=True, timeout=scaled(20), check=False)
    assert (done.returncode, len(done.stdout)) == (0, len(data))


def test_requests_outstanding_have_a_bound_in_bytes_and_give_their_memory_back(fake_daemon):
    daemon = fake_daemon(personality="squid-channel", fault="before-reply = first(24) hold(g)")
    line = b"1 " + 3_999_997 * b"x" + b"\n"
    writer = threading.Thread(target=lambda: [daemon.write(line) for _ in range(24)])
    writer.start()
    held = 64 * 1024 * 1024 // len(line) + 1
    daemon.wait_held("g", held, within=20)
    time.sleep(0.3)  # no more may come: there is no event to wait for
    assert daemon.counters()[daemon.pid]["outstanding"] == held
    daemon.release("g")
    for _ in range(24):
        assert len(daemon.read_line(20)) == len(line)
    writer.join()
    eventually(lambda: daemon.counters()[daemon.pid]["outstanding"] == 0, 5)
    if not proc.is_sanitized(daemon.words[0]):
        assert proc.rss_kib(daemon.pid) < 64 * 1024

"""Chaos under every checker: faults of all kinds, clients that leave, kills and a refresh, and no
rule of the three histories is broken."""

import concurrent.futures
import dataclasses
import random

import pytest

from pytest_iotcpd import proc
from pytest_iotcpd.deaths import DIED
from pytest_iotcpd.history import Ask, CheckedRun, Promises

PROMISES = Promises(4, busy_timeout_s=0.5, queue_timeout_s=10.0, alarm_interval_s=0.05,
                    max_reply=4096)
OPTIONS = {"trace": True, "busy_timeout": "500ms", "queue_timeout": "10s", "max_reply": "4KiB",
           "alarm_interval": "50ms"}
LOGGED = ("condemned: ", "killed by signal", "keeps dying", *DIED)
CLIENTS = 6

HARMLESS = ("", "", "", "@after-read=sleep(10ms)", "@before-reply=dribble(8,200us)",
            "@before-reply=stderr(2000)", "@before-reply=oversize(3000)")
HARMFUL = ("@after-read=exit(3)", "@after-read=kill(SEGV)", "@after-read=abort",
           "@mid-reply(30)=exit(0)", "@before-reply=extra-line(STRAY)", "@before-reply=duplicate",
           "@before-reply=close-stdout", "@before-reply=oversize(6000)", "@after-reply=exit(0)")
SILENT = ("@after-read=hang", "@before-reply=drop", "@before-reply=truncate(5)",
          "@before-reply=no-newline", "@before-reply=sleep(1200ms)")


def chaos(seed):
    """Requests in random order, one in ten of a client that leaves."""
    stream = random.Random(seed)
    words = stream.choices(HARMLESS, k=240) + stream.choices(HARMFUL, k=40) + [*HARMFUL, *SILENT]
    stream.shuffle(words)
    return [Ask(word, leave=word in HARMLESS and stream.random() < 0.1) for word in words]


@pytest.mark.parametrize("seed, threads", [(1, 1), (2, 1), (3, 2)])
def test_chaos_breaks_no_rule(iotcpd, fake, seed, threads):
    daemon = fake(obey_requests=True, seed=seed)
    server = iotcpd(str(daemon), 4, options={**OPTIONS, "threads": threads}).expect_log(*LOGGED)
    run = CheckedRun(server, daemon, PROMISES, segment_limit=150)
    run.ask(chaos(seed), CLIENTS)
    run.cut()
    run.kill_daemon()
    run.recover()
    run.assert_clean()
    assert run.segments >= 3


@pytest.mark.parametrize("threads", [1, 2])
def test_a_refresh_under_load_breaks_no_rule(iotcpd, fake, threads):
    daemon = fake(obey_requests=True)
    server = iotcpd(str(daemon), 4, options={**OPTIONS, "threads": threads})
    run = CheckedRun(server, daemon, PROMISES)
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        load = beside.submit(run.ask, ["@after-read=sleep(5ms)"] * 400, CLIENTS)
        run.refresh()
        assert len(load.result()) == 400
    run.assert_clean()


def test_daemons_that_fail_to_start_back_off_and_recover(iotcpd, fake):
    daemon = fake(fault="startup = first(4) exit(1)")
    server = iotcpd(str(daemon), 2, options=OPTIONS).expect_log(*LOGGED)
    run = CheckedRun(server, daemon, Promises(2, busy_timeout_s=0.5, queue_timeout_s=10.0,
                                              alarm_interval_s=0.05),
                     planned=[("startup", "exit")])
    run.recover()
    run.assert_clean()


def test_deaths_timeouts_and_departures_leave_nothing_behind(iotcpd, iotcpd_binary, fake):
    daemon = fake(obey_requests=True)
    server = iotcpd(str(daemon), 4, options=OPTIONS).expect_log(*LOGGED)
    # Sanitizers keep freed memory back on purpose.
    slope_kib = 1 << 30 if proc.is_sanitized(iotcpd_binary[0]) else PROMISES.rss_kib_per_cycle
    run = CheckedRun(server, daemon, dataclasses.replace(PROMISES, rss_kib_per_cycle=slope_kib))
    for _ in range(4):
        run.ask(["", "@after-read=exit(1)", "@after-read=hang", *[""] * 40,
                 Ask("@after-read=sleep(50ms)", leave=True)], CLIENTS)
        run.end_cycle()
    run.assert_clean()


#: For daemons that have several requests. (Where a reply lacks its newline, the next one continues its
#: line, and nobody can tell: no-newline and truncate are not among these.)
TANGLED = ("", "", "", "", "@after-read=sleep(10ms)", "@after-read=sleep(40ms)",
           "@before-reply=dribble(8,200us)", "@before-reply=oversize(3000)")


@pytest.mark.parametrize("harm", [(), HARMFUL, SILENT[:2], ("@before-reply=wrong-id",)],
                         ids=["none", "harmful", "silent", "wrong-id"])
def test_chaos_breaks_no_rule_where_daemons_have_several_requests(iotcpd, fake, harm):
    daemon = fake(obey_requests=True, personality="squid-channel", seed=1)
    server = iotcpd(str(daemon), 2, options={**OPTIONS, "concurrency": 4}).expect_log(*LOGGED)
    promises = dataclasses.replace(PROMISES, num_daemons=2, concurrency=4)
    run = CheckedRun(server, daemon, promises, segment_limit=150)
    stream = random.Random(1)
    words = stream.choices(TANGLED, k=240) + [*harm] * 3
    stream.shuffle(words)
    run.ask([Ask(word, leave=word in TANGLED and stream.random() < 0.1) for word in words], CLIENTS)
    run.cut()
    run.recover()
    run.assert_clean()

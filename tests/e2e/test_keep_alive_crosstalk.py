"""Cross-talk over kept connections: whatever daemons and other clients do, each request's line is its
own reply or the error reply, in its turn; and no rule of the three histories is broken."""

import random

import pytest

from pytest_iotcpd.deaths import DIED
from pytest_iotcpd.history import Burst, CheckedRun, Promises

PROMISES = Promises(4, busy_timeout_s=0.5, queue_timeout_s=10.0, alarm_interval_s=0.05, max_reply=4096,
                    keep_alive=True)
OPTIONS = {"keep_alive": True, "trace": True, "busy_timeout": "500ms", "queue_timeout": "10s",
           "max_reply": "4KiB", "alarm_interval": "50ms"}
LOGGED = ("condemned: ", "killed by signal", "keeps dying", *DIED)

HARMLESS = ("", "", "", "@after-read=sleep(3ms)", "@before-reply=dribble(8,200us)",
            "@before-reply=oversize(3000)")
HARMFUL = ("@after-read=exit(3)", "@after-read=kill(SEGV)", "@mid-reply(30)=exit(0)",
           "@before-reply=extra-line(STRAY)", "@before-reply=duplicate", "@before-reply=close-stdout",
           "@before-reply=oversize(6000)", "@after-reply=exit(0)")
SILENT = ("@before-reply=drop", "@before-reply=truncate(5)", "@before-reply=no-newline")


def bursts(seed, count=60):
    """Bursts of one to 48 requests, a tenth with faults; one client in six leaves in mid-burst."""
    stream = random.Random(seed)
    made = [Burst([*HARMFUL, *SILENT])]
    for _ in range(count):
        words = [stream.choice(HARMFUL if stream.random() < 0.1 else HARMLESS)
                 for _ in range(stream.randint(1, 48))]
        leaves = stream.random() < 1 / 6
        made.append(Burst(words, stream.randrange(len(words)) if leaves else None))
    return made


@pytest.mark.parametrize("seed", [1, 2])
def test_pipelined_chaos_breaks_no_rule(iotcpd, fake, seed):
    daemon = fake(obey_requests=True, seed=seed)
    server = iotcpd(str(daemon), 4, options=OPTIONS).expect_log(*LOGGED)
    run = CheckedRun(server, daemon, PROMISES)
    asked = run.pipeline(bursts(seed), clients=4)
    outcomes = {record.outcome for record in asked}
    assert outcomes == {"reply", "error-reply", "left"}, "each kind of outcome was to occur"
    run.kill_daemon()
    run.assert_clean()


@pytest.mark.parametrize("pipeline", [1, 16])
def test_the_load_generator_gets_nothing_of_clients_that_leave(iotcpd, fake, loadgen, loadgen_run, pipeline):
    """Connections that stay, beside others that misbehave, over daemons that die and stray."""
    daemon = fake(latency="uniform(0ms, 2ms)", seed=3, fault=[
        "after-read = 0.3% exit(3)", "before-reply = 0.3% extra-line(STRAY)", "mid-reply(4) = 0.2% kill(KILL)"])
    server = iotcpd(str(daemon), 8, options=OPTIONS | {"trace": None}).expect_log(*LOGGED)
    leaving = loadgen(server, "--keep-alive", options={
        "connections": 8, "duration": "3s", "warmup": "0s", "request": "left {token}", "misbehave":
        "rst:10%, abort-after-send:10%, half-close:5%, no-newline:5%, oversize:2%"})
    run = loadgen_run(server, "--keep-alive", options={
        "connections": 8, "pipeline": pipeline, "requests": 6000, "warmup": "0s", "request": "x {token}"})
    result = run.result.check_law()
    assert set(result.counts) <= {"ok", "error-reply"}, result.counts
    assert result.ok > 5000 and result.counts["error-reply"] > 0
    server.stats().check_law()
    leaving.wait_exit(within=20)
    left = leaving.result.check_law()
    assert set(left.counts) <= {"ok", "error-reply"}, left.counts
    assert left.misbehaved["rst"] and left.misbehaved["abort-after-send"]
    stats = server.wait_stats(lambda stats: stats["clients open"] == 0, within=10).check_law()
    assert stats.in_flight == 0 and stats["unknown reset"] > 0 and stats["daemon deaths"] > 0

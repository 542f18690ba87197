"""The load generator measures what theory says is there: the six cases of docs/measuring.md.

Each is held against a closed form, and where a second witness exists (the stamps of line-server,
the trace of iotcpd) against that as well. Times are in seconds unless a name says otherwise.
"""

import functools
import signal
import statistics
import time
import types

import pytest

from pytest_iotcpd import scaled, theory
from pytest_iotcpd.queueing import DM1, MD1, MM1, MMc, Stall, sojourns
from pytest_iotcpd.quiet_machine import conclusive, unless_held_up
from pytest_iotcpd.side_by_side import SideBySide

pytestmark = pytest.mark.xdist_group("timing")

#: Of a test that holds several figures against theory at once.
JOINT_LEVEL = 0.99
NS = 1e9


def believable(run):
    """The result of a run whose generator vouches for it."""
    result = run.result.believed()
    assert result.counts == {"ok": result["planned"]}, result.counts
    return result


def interval_of_quantile(result, histogram, q, level):
    """Of a measured quantile, by order statistics of as many samples as they are worth."""
    worth = int(histogram.total * result["batch_means"]["effective_share"])
    ranks = theory.quantile_ranks(worth, q, level)
    assert ranks, f"{worth} independent samples are too few for {q}"
    low, high = (histogram.at_rank(int(rank / worth * histogram.total)) / NS for rank in ranks)
    return low, high


def interval_of_mean(result, level):
    """The generator's own, by batch means, at another level than its 95 %."""
    latency = result["latency_ms"]
    assert latency["mean_half_width"] is not None, "too few batches"
    normal = statistics.NormalDist().inv_cdf
    wider = normal((1 + level) / 2) / normal(0.975)
    return around(latency["mean"] / 1e3, wider * latency["mean_half_width"] / 1e3)


def around(mean, half_width):
    return mean - half_width, mean + half_width


def assert_within(expected, interval, name):
    low, high = interval
    assert low <= expected <= high, (
        f"{name}: theory says {expected:.6g}, measured was {low:.6g} to {high:.6g}")


# -- 1: a server that stands still -------------------------------------------------------------

STALL_RATE, STALL_LENGTH = 1000, 10.0


def stalled_run(loadgen, server, options):
    """(result, how long it stood still, when it went on)"""
    run = loadgen(server, options={"rate": f"{STALL_RATE}/s", "duration": f"{STALL_LENGTH}s",
                                   "connections": 50, "keep_alive": True, **options})
    time.sleep(4)
    server.signal(signal.SIGSTOP)
    stopped = time.monotonic()
    time.sleep(1)
    # Before the signal: the backlog is gone within ten milliseconds of it.
    continued = time.monotonic()
    server.signal(signal.SIGCONT)
    return believable(run.wait()), continued - stopped, continued


def drain_rate_of(stamps, backlog, continued):
    """Requests per second at which a backlog is worked off, as the server stamps them."""
    late = [arrival for arrival, _ in stamps if arrival >= continued][:backlog]
    return (len(late) - 1) / (late[-1] - late[0])


@pytest.mark.timeout(90)
def test_a_stall_is_seen_by_everybody_who_would_have_felt_it(loadgen, line_server):
    """L(t) = T - t (1 - rate / drain rate) within 3 %; who starts the clock at the send sees none
    of it but 50 requests."""
    def measure():
        server = line_server()
        result, stall, continued = stalled_run(loadgen, server, {})
        drain_rate = drain_rate_of(server.stamps(), int(stall * STALL_RATE), continued)
        expected = Stall(stall, STALL_LENGTH, STALL_RATE, drain_rate)
        for q in (0.95, 0.99, 0.999):
            assert result.latency.quantile(q) / NS == pytest.approx(expected.quantile(q), rel=0.03)
        # 50 of 10,000 were sent into the stall.
        assert result.service.quantile(0.99) / NS < 0.1
        assert result["latency_ms"]["p999"] == pytest.approx(result.latency.quantile(0.999) / 1e6,
                                                             rel=0.002)

    conclusive(measure)


# -- 2: when requests arrive -------------------------------------------------------------------

def arrivals_of(loadgen_run, line_server, kind):
    """Stamps of 10 s at 1000/s, by a server that is awake already when a request comes."""
    server = line_server(poll=True)
    run = loadgen_run(server, options={"rate": "1000/s", "arrivals": kind, "duration": "10s",
                                       "keep_alive": True, "seed": 2})
    believable(run)
    return [arrival for arrival, _ in server.stamps()], run.result["send_lag_ms"]


def gaps_of(times):
    return [later - earlier for earlier, later in zip(times, times[1:])]


@pytest.mark.timeout(60)
def test_constant_arrivals_are_a_grid_when_they_come_to_the_server(loadgen_run, line_server):
    def measure():
        times, lag_ms = arrivals_of(loadgen_run, line_server, "constant")
        assert len(times) == 10_000
        with unless_held_up(lag_ms):
            assert theory.coefficient_of_variation(gaps_of(times)) <= 0.10
            assert theory.dispersion_of_counts(times, 0.01) <= 0.05
            assert times[-1] - times[0] == pytest.approx(9.999, abs=0.001)

    conclusive(measure)


@pytest.mark.timeout(60)
def test_poisson_arrivals_are_poisson_when_they_come_to_the_server(loadgen_run, line_server):
    def measure():
        times, lag_ms = arrivals_of(loadgen_run, line_server, "poisson")
        gaps = gaps_of(times)
        assert len(times) == pytest.approx(10_000, abs=4 * 100)
        with unless_held_up(lag_ms):
            assert theory.coefficient_of_variation(gaps) == pytest.approx(1, abs=0.06)
            assert theory.dispersion_of_counts(times, 0.01) == pytest.approx(1, abs=0.15)
            distance = theory.anderson_darling(gaps, theory.exponential_cdf(0.001))
            assert distance < theory.ANDERSON_DARLING_CRITICAL[0.01]

    conclusive(measure)


# -- 3 to 6: measured side by side, as each leaves the processors idle most of the time ------------------

#: {name: measurement(programs)} of what is measured beside each other.
MEASUREMENTS = {}


def measurement(name):
    def named(function):
        MEASUREMENTS[name] = function
        return function

    return named


@pytest.fixture(scope="module")
def side_by_side():
    return SideBySide()


@pytest.fixture
def measured(request, side_by_side, loadgen_run, line_server, iotcpd, fake):
    """A context manager around what the measurement of this test came to. The first test makes all that
    are wanted in this run, with its own programs: these, and what is wrong with their end, are the first
    test's, whichever measurement they were started for."""
    programs = types.SimpleNamespace(loadgen_run=loadgen_run, line_server=line_server, iotcpd=iotcpd,
                                     fake=fake)
    wanted = {item.callspec.params["measured"] for item in request.session.items
              if item.path == request.path and "measured" in item.fixturenames}
    return functools.partial(side_by_side.measured, request.param, {
        name: functools.partial(MEASUREMENTS[name], programs) for name in wanted})


def of_measurement(*names):
    return pytest.mark.parametrize("measured", names, indirect=True)


# -- 3: one server with a queue ----------------------------------------------------------------

MEAN_SERVICE = 0.002
#: Arrivals, service, law, load.
QUEUES = {"M/M/1": ("poisson", "exp(2ms)", MM1, 0.5), "M/D/1": ("poisson", "2ms", MD1, 0.7),
          "D/M/1": ("constant", "exp(2ms)", DM1, 0.7)}


def queue_run(name, programs):
    arrivals, service, _, load = QUEUES[name]
    server = programs.line_server(service=service, seed=3)
    result = believable(programs.loadgen_run(server, options={
        "rate": f"{load / MEAN_SERVICE:g}/s", "arrivals": arrivals, "duration": "12s",
        "keep_alive": True, "connections": 200, "seed": 4}))
    return name, result, sojourns(*zip(*server.stamps()))


MEASUREMENTS.update({name: functools.partial(queue_run, name) for name in QUEUES})


@pytest.mark.timeout(90)
@of_measurement(*QUEUES)
def test_one_server_with_a_queue_agrees_with_its_closed_form(measured):
    """And with what the server's own stamps come to. Waits depend so much on each other that a run
    of seconds has no interval for the 99th percentile: it is held against theory roughly, near
    enough to tell a grid of arrivals from Poisson (8.64 services from 15.4 at a load of 0.7)."""
    quantiles = (0.5, 0.9)
    level = 1 - (1 - JOINT_LEVEL) / (1 + len(quantiles))

    def judge():
        with measured() as (name, result, spent):
            _, _, law, load = QUEUES[name]
            theirs = law(load / MEAN_SERVICE, MEAN_SERVICE)
            with unless_held_up(result["send_lag_ms"], MEAN_SERVICE * 1e3):
                assert_within(theirs.mean, interval_of_mean(result, level), "the mean")
                for q in quantiles:
                    assert_within(theirs.quantile(q),
                                  interval_of_quantile(result, result.latency, q, level), f"quantile {q}")
                assert result.latency.quantile(0.99) / NS == pytest.approx(theirs.quantile(0.99), rel=0.3)
                agrees_with_the_server(result, spent)

    conclusive(judge)


def agrees_with_the_server(result, spent):
    """The same draws on both sides: what is left is the way there and back."""
    ordered = sorted(spent)
    assert result.latency.mean / NS == pytest.approx(statistics.fmean(spent), abs=0.0003)
    for q in (0.5, 0.9, 0.99):
        served = ordered[int(q * len(ordered))]
        assert result.latency.quantile(q) / NS == pytest.approx(served, rel=0.01, abs=0.0003)


# -- 4: the whole chain ------------------------------------------------------------------------

SERVERS, SERVICE, RATE = 8, 0.02, 280.0


@measurement("M/M/8")
def chain_run(programs):
    """loadgen, Poisson -> iotcpd -n 8 -> exponential fake daemons, at a load of 0.7."""
    daemon = programs.fake(latency="exp(20ms)", spin="100us", journal=None, seed=5)
    chain = programs.iotcpd(str(daemon), SERVERS, options={"queue_timeout": "60s", "trace": True})
    result = believable(programs.loadgen_run(chain, within=60, options={
        "rate": f"{RATE:g}/s", "arrivals": "poisson", "duration": "25s", "seed": 6}))
    return result, chain.trace(result["planned"]), chain.stats()


@pytest.mark.timeout(90)
@of_measurement("M/M/8")
def test_the_whole_chain_agrees_with_erlang_c(measured):
    figures = 5
    level = 1 - (1 - JOINT_LEVEL) / figures
    theirs = MMc(SERVERS, RATE, SERVICE)

    def judge():
        with measured() as (result, queries, stats):
            waited = [was_queued(query) for query in queries]
            seen = theirs.waiting_tail(least_wait())
            assert_within(seen, around(*theory.batch_mean_interval(waited, level)), "the waiting probability")
            assert sum(waited) == pytest.approx(
                stats["queries delayed"] * seen / theirs.waiting_probability, rel=0.02)
            assert_within(theirs.mean, interval_of_mean(result, level), "the mean")
            for q in (0.5, 0.9, 0.99):
                assert_within(theirs.quantile(q), interval_of_quantile(result, result.latency, q, level),
                              f"quantile {q}")

    conclusive(judge)


def was_queued(query):
    """What finds a daemon free is handed out within microseconds; nearly all waits are of milliseconds."""
    return query["handed_out_ns"] - query["complete_ns"] > least_wait() * NS


def least_wait():
    """Shorter ones are not told from none."""
    return scaled(0.0001)


# -- 5: closed loops ---------------------------------------------------------------------------

LOOPS, THINK = 8, 0.01


@measurement("closed loop")
def loop_run(programs):
    daemon = programs.fake(latency="exp(10ms)", spin="100us", journal=None, seed=7)
    return believable(programs.loadgen_run(programs.iotcpd(str(daemon), LOOPS), options={
        "connections": LOOPS, "think": "exp(10ms)", "duration": "8s", "seed": 8}))


@pytest.mark.timeout(90)
@of_measurement("closed loop")
def test_a_closed_loop_keeps_its_clients_busy(measured):
    """X = N / (R + Z), and Little's law: in flight are on average rate x latency."""
    def judge():
        with measured() as result:
            response = result.latency.mean / NS
            assert response == pytest.approx(0.01, rel=0.15)
            assert result["rate"] == pytest.approx(LOOPS / (response + THINK), rel=0.03)
            in_flight = result["self_check"]["mean_in_flight"]
            assert in_flight == pytest.approx(result["rate"] * response, rel=0.03)
            assert result["target_rate"] == 0

    conclusive(judge)


# -- 6: what goes in comes out -----------------------------------------------------------------

@measurement("lognormal")
def lognormal_run(programs):
    daemon = programs.fake(latency="lognormal(10ms, p99=40ms)", spin="100us", journal=None, seed=9)
    return believable(programs.loadgen_run(programs.iotcpd(str(daemon), 4), options={
        "connections": 4, "duration": "8s", "seed": 10}))


@pytest.mark.timeout(90)
@of_measurement("lognormal")
def test_the_distribution_that_goes_in_comes_out(measured):
    """One-sided by Dvoretzky, Kiefer and Wolfowitz: never faster than the daemons were; and slower
    by no more than the way there and back."""
    def judge():
        with measured() as result:
            given = theory.lognormal_cdf(0.010, 0.040)
            spent = [value / NS for value in result.service.values()]
            epsilon = theory.dkw_epsilon(len(spent), 0.005)
            assert theory.dkw_excess(spent, given) <= epsilon
            way = 0.0005
            late = theory.dkw_excess([-value for value in spent], lambda x: 1 - given(-x - way))
            assert late <= epsilon, f"{len(spent)} replies"

    conclusive(judge)

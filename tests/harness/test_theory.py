"""The formulas that measurements are held against agree with published values and each other."""

import math
import random
import statistics

import pytest

from pytest_iotcpd import theory
from pytest_iotcpd.queueing import DM1, MD1, MM1, MMc, Stall, erlang_c, sojourns

ROUGHLY = {"rel": 2e-3}


# -- queues ------------------------------------------------------------------------------------

@pytest.mark.parametrize("servers, load, expected", [
    (1, 0.7, 0.7), (2, 1, 1 / 3), (3, 2, 4 / 9),
    # The usual example of call centres: 10 erlangs, 11 and 14 agents.
    (11, 10, 0.6821), (14, 10, 0.1741)])
def test_erlang_c(servers, load, expected):
    assert erlang_c(servers, load) == pytest.approx(expected, rel=1e-3)


def test_a_queue_that_never_ends_is_refused():
    with pytest.raises(AssertionError, match="no steady state"):
        erlang_c(4, 4)


def test_one_server_of_many_is_m_m_1():
    one, many = MM1(0.7, 1.0), MMc(1, 0.7, 1.0)
    assert many.mean == one.mean == pytest.approx(1 / 0.3)
    for q in (0.5, 0.9, 0.99):
        assert one.quantile(q) == pytest.approx(-math.log(1 - q) / 0.3)
        assert many.quantile(q) == pytest.approx(one.quantile(q))


@pytest.mark.parametrize("servers, rate", [(2, 1.0), (2, 1.4), (4, 2.8), (8, 5.6), (3, 2.0)])
def test_the_mean_of_m_m_c_is_the_area_below_its_tail(servers, rate):
    queue = MMc(servers, rate, 1.0)
    area = sum(queue.tail((i + 0.5) / 100) for i in range(10_000)) / 100
    assert queue.mean == pytest.approx(area, **ROUGHLY)
    assert queue.waiting_tail(0) == queue.waiting_probability


def test_m_d_1_has_half_the_wait_of_m_m_1():
    constant, exponential = MD1(0.7, 2 / 2), MM1(0.7, 1.0)
    assert constant.mean - 1 == pytest.approx((exponential.mean - 1) / 2)
    area = sum(constant.tail((i + 0.5) / 100) for i in range(2_000)) / 100
    assert constant.mean == pytest.approx(area, **ROUGHLY)
    assert (constant.tail(0.999), constant.tail(1)) == (1, pytest.approx(0.7))


def test_a_grid_of_arrivals_is_told_from_poisson():
    queue = DM1(0.7, 1.0)
    assert (queue.mean, queue.quantile(0.99)) == (
        pytest.approx(1.88, abs=0.005), pytest.approx(8.64, abs=0.005))
    assert queue.sigma == pytest.approx(math.exp(-(1 - queue.sigma) / 0.7))


@pytest.mark.parametrize("arrivals, law", [(random.Random(1).expovariate, MM1),
                                           (lambda rate: 1 / rate, DM1)])
def test_the_closed_forms_are_those_of_a_simulated_queue(arrivals, law):
    draws, now, times = random.Random(2), 0.0, []
    for _ in range(200_000):
        now += arrivals(0.5)
        times.append(now)
    spent = sojourns(times, [draws.expovariate(1) for _ in times])
    assert statistics.fmean(spent) == pytest.approx(law(0.5, 1.0).mean, rel=0.03)


def test_sojourns_by_hand():
    assert sojourns([0, 1, 10], [3, 2, 1]) == [3, 4, 1]


def test_the_stall_of_a_server_that_catches_up_at_once():
    stall = Stall(1.0, 10.0, 1000.0, math.inf)
    assert [stall.quantile(q) for q in (0.5, 0.95, 0.99, 0.999)] == [
        0, pytest.approx(0.5), pytest.approx(0.9), pytest.approx(0.99)]
    assert Stall(1.0, 10.0, 1000.0, 10_000.0).quantile(0.95) == pytest.approx(0.55)


# -- statistics --------------------------------------------------------------------------------

def test_a_grid_has_no_variation_and_poisson_has_one():
    grid = [i * 0.001 for i in range(10_000)]
    draws, now, poisson = random.Random(3), 0.0, []
    for _ in range(10_000):
        now += draws.expovariate(1000)
        poisson.append(now)
    for times, expected in ((grid, 0), (poisson, 1)):
        gaps = [later - earlier for earlier, later in zip(times, times[1:])]
        assert theory.coefficient_of_variation(gaps) == pytest.approx(expected, abs=0.03)
        assert theory.dispersion_of_counts(times, 0.01) == pytest.approx(expected, abs=0.1)


def test_anderson_darling_of_a_single_value():
    assert theory.anderson_darling([math.log(2)], theory.exponential_cdf(1)) == pytest.approx(
        2 * math.log(2) - 1)


def test_anderson_darling_tells_the_exponential_from_what_is_none():
    draws = random.Random(4)
    sample = [draws.expovariate(1) for _ in range(5000)]
    cdf = theory.exponential_cdf(1)
    assert theory.anderson_darling(sample, cdf) < theory.ANDERSON_DARLING_CRITICAL[0.05]
    for wrong in ([1.05 * value for value in sample], [draws.uniform(0, 2) for _ in sample]):
        assert theory.anderson_darling(wrong, cdf) > theory.ANDERSON_DARLING_CRITICAL[0.01]


def test_dkw():
    assert theory.dkw_epsilon(100, 0.05) == pytest.approx(0.12239, abs=1e-5)
    cdf = theory.exponential_cdf(1)
    draws = random.Random(5)
    sample = [draws.expovariate(1) for _ in range(2000)]
    epsilon = theory.dkw_epsilon(2000, 0.01)
    assert theory.dkw_excess(sample, cdf) < epsilon
    assert theory.dkw_excess([value * 0.9 for value in sample], cdf) > epsilon
    assert theory.dkw_excess([value * 1.5 for value in sample], cdf) < epsilon


def test_the_lognormal_has_the_median_and_percentile_it_was_given():
    cdf = theory.lognormal_cdf(20, 80)
    assert (cdf(20), cdf(80), cdf(0)) == (pytest.approx(0.5), pytest.approx(0.99), 0)


@pytest.mark.parametrize("q, degrees, expected", [(0.975, 19, 2.093), (0.995, 19, 2.861),
                                                  (0.95, 5, 2.015), (0.975, 1000, 1.962)])
def test_student(q, degrees, expected):
    assert theory.student_quantile(q, degrees) == pytest.approx(expected, abs=5e-4)


def test_the_interval_of_a_mean_by_batches_knows_of_dependence():
    draws = random.Random(6)
    independent = [draws.gauss(0, 1) for _ in range(10_000)]
    dependent, level = [], 0.0
    for value in independent:
        level = 0.95 * level + math.sqrt(1 - 0.95**2) * value
        dependent.append(level)
    _, narrow = theory.batch_mean_interval(independent, 0.95)
    mean, wide = theory.batch_mean_interval(dependent, 0.95)
    assert 0.01 < narrow < 0.03 and wide > 3 * narrow and abs(mean) < wide


def test_ranks_around_a_quantile():
    assert theory.quantile_ranks(1000, 0.5, 0.95) == (469, 531)
    assert theory.quantile_ranks(100, 0.99, 0.95) is None

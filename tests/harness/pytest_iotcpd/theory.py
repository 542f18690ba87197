"""Statistics that measurements are held against: bounds, tests and intervals, with their sources."""

import math
import statistics
from collections.abc import Callable, Sequence

from .queueing import quantile_of_tail

#: Level to critical value of A² when the distribution is wholly given (D'Agostino and Stephens,
#: Goodness-of-Fit Techniques, table 4.2).
ANDERSON_DARLING_CRITICAL = {0.10: 1.933, 0.05: 2.492, 0.01: 3.857}


def coefficient_of_variation(values: Sequence[float]) -> float:
    """Standard deviation / mean: of gaps between arrivals 0 on a grid, 1 for Poisson."""
    return statistics.pstdev(values) / statistics.fmean(values)


def dispersion_of_counts(times: Sequence[float], window: float) -> float:
    """Variance / mean of the number of events per whole window: near 0 on a grid, 1 for Poisson."""
    start, end = min(times), max(times)
    counts = [0] * int((end - start) / window)
    for time in times:
        index = int((time - start) / window)
        if index < len(counts):
            counts[index] += 1
    return statistics.pvariance(counts) / statistics.fmean(counts)


def exponential_cdf(mean: float) -> Callable[[float], float]:
    return lambda x: -math.expm1(-x / mean) if x > 0 else 0.0


def lognormal_cdf(median: float, p99: float) -> Callable[[float], float]:
    """The lognormal distribution with this median and 99th percentile."""
    sigma = math.log(p99 / median) / statistics.NormalDist().inv_cdf(0.99)
    return lambda x: statistics.NormalDist().cdf(math.log(x / median) / sigma) if x > 0 else 0.0


def anderson_darling(values: Sequence[float], cdf: Callable[[float], float]) -> float:
    """A² of `values` against a distribution that is wholly given (Anderson and Darling, 1954)."""
    n = len(values)
    shares = [min(max(cdf(value), 1e-12), 1 - 1e-12) for value in sorted(values)]
    total = math.fsum((2 * i + 1) * (math.log(shares[i]) + math.log1p(-shares[n - 1 - i]))
                      for i in range(n))
    return -n - total / n


def dkw_epsilon(n: int, alpha: float) -> float:
    """One-sided: F_n exceeds F somewhere by more than this with probability at most alpha
    (Dvoretzky, Kiefer, Wolfowitz; constant by Massart, 1990)."""
    return math.sqrt(math.log(1 / alpha) / (2 * n))


def dkw_excess(values: Sequence[float], cdf: Callable[[float], float]) -> float:
    """By how much the share of `values` up to some point exceeds `cdf` there, at the most."""
    ordered = sorted(values)
    return max((i + 1) / len(ordered) - cdf(value) for i, value in enumerate(ordered))


def quantile_ranks(n: int, q: float, level: float) -> tuple[int, int] | None:
    """Ranks from 0 of the two order statistics of `n` independent values between which the
    quantile lies, by the normal approximation of the binomial; None when there are too few."""
    spread = statistics.NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(n * q * (1 - q))
    low, high = math.floor(n * q - spread), math.ceil(n * q + spread)
    return (low, high) if 0 <= low and high < n else None


def batch_mean_interval(values: Sequence[float], level: float, batches: int = 20) -> tuple[float,
                        float]:
    """(mean, half width) for values in the order of time that depend on their neighbours:
    Student's t over the means of `batches` batches (Law and Kelton, Simulation, 9.5.3)."""
    size = len(values) // batches
    assert size > 0, f"{len(values)} values are too few for {batches} batches"
    means = [statistics.fmean(values[i * size:(i + 1) * size]) for i in range(batches)]
    spread = statistics.stdev(means) / math.sqrt(batches)
    return statistics.fmean(means), student_quantile((1 + level) / 2, batches - 1) * spread


def student_quantile(q: float, degrees: int) -> float:
    """Quantile of Student's t for 0.5 < q < 1, from the integral of its density (Simpson)."""
    constant = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2))
    constant /= math.sqrt(degrees * math.pi)

    def density(x: float) -> float:
        return constant * (1 + x * x / degrees) ** (-(degrees + 1) / 2)

    def tail(x: float, steps: int = 400) -> float:
        width = x / steps
        inner = math.fsum((4 if i % 2 else 2) * density(i * width) for i in range(1, steps))
        return 0.5 - width / 3 * (density(0) + inner + density(x))

    return quantile_of_tail(tail, q, 2.0)

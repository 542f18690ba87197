"""What queueing theory says about the time in a system, in closed form.

`rate` is of arrivals, `service` the mean service time, both in the same unit of time; `load` is
rate x service (erlangs), utilisation load / servers. A sojourn is waiting plus service.
Sources: Erlang (1909, 1917); Kleinrock, Queueing Systems I; Iversen, Teletraffic Engineering.
"""

import math
from collections.abc import Callable, Iterable


def erlang_c(servers: int, load: float) -> float:
    """Probability that an arrival of M/M/c has to wait, by the recursion of Erlang's B formula."""
    assert 0 < load < servers, f"no steady state: {load} erlangs for {servers} servers"
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


class MMc:
    """Poisson arrivals, exponential service, `servers` servers, one queue."""

    def __init__(self, servers: int, rate: float, service: float) -> None:
        self.servers, self.rate, self.service = servers, rate, service
        self.load = rate * service
        self.waiting_probability = erlang_c(servers, self.load)

    @property
    def mean(self) -> float:
        """Mean sojourn."""
        return self.service + self.waiting_probability * self.service / (self.servers - self.load)

    def waiting_tail(self, time: float) -> float:
        """P(waiting > time)"""
        return self.waiting_probability * math.exp(-(self.servers - self.load) * time / self.service)

    def tail(self, time: float) -> float:
        """P(sojourn > time): an exponential service after a wait that is 0 or exponential."""
        spare = self.servers - self.load
        scaled_time = time / self.service
        if abs(spare - 1) < 1e-9:
            return math.exp(-scaled_time) * (1 + self.waiting_probability * scaled_time)
        ratio = self.waiting_probability / (spare - 1)
        return (1 + ratio) * math.exp(-scaled_time) - ratio * math.exp(-spare * scaled_time)

    def quantile(self, q: float) -> float:
        """Sojourn that a share `q` does not exceed."""
        return quantile_of_tail(self.tail, q, self.mean)


class MM1(MMc):
    """One exponential server: the sojourn is exponential with mean service / (1 - load)."""

    def __init__(self, rate: float, service: float) -> None:
        super().__init__(1, rate, service)

    def quantile(self, q: float) -> float:
        return -self.mean * math.log1p(-q)


class MD1:
    """Poisson arrivals, one server, constant service."""

    def __init__(self, rate: float, service: float) -> None:
        self.rate, self.service, self.load = rate, service, rate * service
        assert 0 < self.load < 1

    @property
    def mean(self) -> float:
        """Pollaczek and Khinchine."""
        return self.service * (1 + self.load / (2 * (1 - self.load)))

    def tail(self, time: float) -> float:
        """P(sojourn > time), by Erlang's series for the waiting time. Its terms cancel: it is
        exact enough up to some 15 services."""
        waited = time - self.service
        if waited < 0:
            return 1.0
        terms = []
        for k in range(int(waited / self.service) + 1):
            x = self.rate * (k * self.service - waited)
            terms.append(x**k / math.factorial(k) * math.exp(-x))
        return 1 - (1 - self.load) * math.fsum(terms)

    def quantile(self, q: float) -> float:
        return quantile_of_tail(self.tail, q, self.mean)


class DM1:
    """A grid of arrivals, one exponential server: the sojourn is exponential with mean
    service / (1 - sigma), sigma the root of sigma = exp(-(1 - sigma) / load) in (0, 1)."""

    def __init__(self, rate: float, service: float) -> None:
        self.load, self.service = rate * service, service
        assert 0 < self.load < 1
        self.sigma = 0.5
        for _ in range(10_000):
            self.sigma = math.exp(-(1 - self.sigma) / self.load)

    @property
    def mean(self) -> float:
        return self.service / (1 - self.sigma)

    def tail(self, time: float) -> float:
        return math.exp(-time / self.mean)

    def quantile(self, q: float) -> float:
        return -self.mean * math.log1p(-q)


class Stall:
    """A server that stands still for `stall` of a run of `length`, at an even arrival rate, and
    then works the backlog off at `drain_rate`.

    Who comes `t` after its beginning waits stall - t (1 - rate / drain_rate); all others not at all.
    """

    def __init__(self, stall: float, length: float, rate: float, drain_rate: float) -> None:
        self._stall, self._length = stall, length
        self._slope = 1 - rate / drain_rate
        assert 0 < self._slope <= 1, "it never catches up"

    def quantile(self, q: float) -> float:
        """0 where those that wait are fewer than a share 1 - q."""
        return max(0.0, self._stall - (1 - q) * self._length * self._slope)


def sojourns(arrivals: Iterable[float], services: Iterable[float]) -> list[float]:
    """Time in the system of each request of one server, first come, first served (Lindley)."""
    free_at, found = -math.inf, []
    for arrival, service in zip(arrivals, services, strict=True):
        free_at = max(free_at, arrival) + service
        found.append(free_at - arrival)
    return found


def quantile_of_tail(tail: Callable[[float], float], q: float, scale: float) -> float:
    """The time at which a falling `tail` is 1 - q, by bisection; `scale` is a time of its order."""
    low, high = 0.0, scale
    while tail(high) > 1 - q:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle) > 1 - q else (low, middle)
    return (low + high) / 2

"""Runs load generators one at a time against one server, each on a core of its own."""

import os
import resource
import subprocess
import time

from . import procfs
from .cores import CLIENT_CORE
from .server import BenchError

GRACE_S = 20.0
GUESS = 5000  # requests, while a generator's rate is not known
SAMPLED_AT = 0.6  # of a burst: how long the generator has had to wait for its core until then


class GeneratorRun:
    """Bursts of any generator against `server`. `burst_s`: how long each is meant to take."""

    def __init__(self, server, burst_s):
        self._server = server
        self._burst_s = burst_s
        self._rates = {}  # by generator: what it has shown so far

    def warm_up(self, generator):
        """Learns its rate, so that every generator's burst takes as long."""
        self._rates[generator] = self._measure(generator, GUESS)["rate"]
        self._rates[generator] = self.burst(generator)["rate"]

    def burst(self, generator):
        """One run of the program.

        rate     requests per second, as it reports them itself
        cpu_us   its CPU time per request, from start to end of the process
        foreign  for how much of the time the client, or the server, had to wait for others on its
                 core; what others do while it is idle does not matter
        """
        return self._measure(generator, round(self._rates[generator] * self._burst_s))

    def _measure(self, generator, requests):
        queued, spent, started = procfs.queued_s(self._server.pid), _spent_s(), time.monotonic()
        output, waited = self._run(generator, requests)
        queued_share = (procfs.queued_s(self._server.pid) - queued) / (time.monotonic() - started)
        answered, rate = generator.read(output)
        return {
            "rate": rate,
            "cpu_us": (_spent_s() - spent) * 1e6 / answered,
            "foreign": max(queued_share, waited),
        }

    def _run(self, generator, requests):
        """What it printed; and for which share of the time it waited for its core."""
        with subprocess.Popen(
            generator.command(self._server.port, requests, self._burst_s),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {CLIENT_CORE}),
        ) as process:
            try:
                output, complaint, waited = self._attend(process)
            except subprocess.TimeoutExpired as error:
                process.kill()
                raise BenchError(f"{generator.name} did not end in time") from error
            except BaseException:
                process.kill()
                raise
        if process.returncode not in (0, *generator.tolerated):
            said = (output + complaint).strip()[-400:]
            raise BenchError(f"{generator.name} ended with {process.returncode}: {said!r}")
        return output, waited

    def _attend(self, process):
        sampled_s, waited = self._burst_s * SAMPLED_AT, 0.0
        try:
            return *process.communicate(timeout=sampled_s), waited
        except subprocess.TimeoutExpired:
            waited = procfs.queued_s(process.pid) / sampled_s
        return *process.communicate(timeout=self._burst_s + GRACE_S), waited


def _spent_s():
    """CPU time of all children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime

"""What a large pool costs per request, and what many connections do."""

from .cores import at_home
from .plan import CLIENTS, DAEMONS, ratio_row
from .server import Server

MANY_DAEMONS = 1024
MANY_CONNECTIONS = 10_000
LIMIT = 1.15

# Everybody may wait for a daemon, for as long as it takes.
ROOMY = ("--keep-alive", "--queue-size", "20000", "--queue-timeout", "60s")
PATIENT = ("--client-timeout", "300s", "--max-clients", "20000")


def scale(plan):
    return [*_daemons(plan), *_kept_connections(plan), _silent_connections(plan)]


def _daemons(plan):
    """With 64 clients also 56 more daemons are at work, with 8 both pools have the same."""
    with at_home(), Server(plan.iotcpd, MANY_DAEMONS) as large, Server(plan.iotcpd, DAEMONS) as small:
        plan.warm_up(large, small)
        return [
            ratio_row(
                f"scale_daemons_{clients}",
                f"CPU per request, {MANY_DAEMONS:,} daemons / {DAEMONS}, {clients} clients",
                plan.compare(large, small, clients),
                limit=LIMIT,
            )
            for clients in (DAEMONS, CLIENTS)
        ]


def _kept_connections(plan):
    """All of them ask, each as soon as it has its reply. When a burst begins they ask all at once, which
    costs more than what follows: it is long enough to have that as a small part. One pair of bursts
    differs from the next by more than what is asked here: so there are many."""

    def row(key, suffix, binary, options=(), limit=None):
        kept = plan.keeping()
        with (
            at_home(),
            Server(binary, DAEMONS, options) as many,
            Server(binary, DAEMONS, options) as one,
        ):
            plan.warm_up(many, one, client=kept)
            with (
                kept.connected(many, MANY_CONNECTIONS, plan.burst_s * 6) as of_many,
                kept.connected(one, 1, plan.burst_s) as of_one,
            ):
                comparison = plan.interleave(of_many, of_one, times=3)
        title = f"CPU per request, {MANY_CONNECTIONS:,} kept connections that ask / one"
        return ratio_row(key, title + suffix, comparison, limit=limit)

    return [
        row("scale_connections", "", plan.iotcpd, ROOMY, limit=LIMIT),
        row("scale_connections_bare", "; bare itself", plan.program("bare-keep-alive")),
    ]


def _silent_connections(plan):
    with (
        at_home(),
        Server(plan.iotcpd, DAEMONS, PATIENT) as crowded,
        Server(plan.iotcpd, DAEMONS, PATIENT) as empty,
    ):
        plan.warm_up(crowded, empty)
        with plan.client.idle(crowded, MANY_CONNECTIONS):
            comparison = plan.compare(crowded, empty)
    return ratio_row(
        "scale_silent",
        f"CPU per request, {MANY_CONNECTIONS:,} silent connections / none, {CLIENTS} clients",
        comparison,
        limit=LIMIT,
    )

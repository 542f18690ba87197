"""Where the programs of a comparison run.

All on one core, when one program's CPU time is judged: wake-ups then cost the same every time, where
free placement over two cores makes one and the same program differ by a factor of two; and what
others take of that core can be told and left out.

Client and server on a core each, when it is the client that is judged.
"""

import contextlib
import os

ALL_CORES = set(os.sched_getaffinity(0))
HOME_CORE = max(ALL_CORES)
OTHER_CORES = ALL_CORES - {HOME_CORE}
CLIENT_CORE = HOME_CORE
SERVER_CORE = min(ALL_CORES)  # the same, on a machine that has one


@contextlib.contextmanager
def at_home():
    """Binds this process, and with it all that it starts meanwhile, to the home core."""
    with bound_to(HOME_CORE):
        yield


@contextlib.contextmanager
def bound_to(core):
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, ALL_CORES)


AUTOGROUP = "/proc/self/autogroup"
FIRST_OF_ALL = -20


@contextlib.contextmanager
def favoured():
    """This process, and all that it starts meanwhile, goes before everybody else's, if it may be.

    Compilers at work would halve the rate of a client that shares its core with them; behind this
    they hardly show. A session's autogroup, where the kernel has it, counts more than niceness.
    """
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    group = _group_niceness()
    try:
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, FIRST_OF_ALL)
            _set_group_niceness(group, FIRST_OF_ALL)
        yield
    finally:
        with contextlib.suppress(PermissionError):
            _set_group_niceness(group, group)
            os.setpriority(os.PRIO_PROCESS, 0, niceness)


def _group_niceness():
    """None where there are no autogroups, and where this process is in none (the file is empty then)."""
    try:
        with open(AUTOGROUP, encoding="ascii") as file:
            words = file.read().split()  # "/autogroup-123 nice 0"
    except FileNotFoundError:
        return None
    return int(words[-1]) if words else None


def _set_group_niceness(before, wanted):
    if before is not None:
        with open(AUTOGROUP, "w", encoding="ascii") as file:
            file.write(f"{wanted}\n")

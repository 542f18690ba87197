"""Where the programs of a comparison run: all on one core.

Wake-ups then cost the same every time, where free placement over two cores makes one and the same
program differ by a factor of two; and what others take of that core can be told and left out.
"""

import contextlib
import os

ALL_CORES = set(os.sched_getaffinity(0))
HOME_CORE = max(ALL_CORES)
OTHER_CORES = ALL_CORES - {HOME_CORE}


@contextlib.contextmanager
def at_home():
    """Binds this process, and with it all that it starts meanwhile, to the home core."""
    os.sched_setaffinity(0, {HOME_CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, ALL_CORES)

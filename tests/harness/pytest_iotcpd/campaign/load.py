"""Something else that wants the processors."""

import contextlib
import functools
import os
import signal
import subprocess
from collections.abc import Iterator

from .. import proc

_PATIENCE_S = 10


@contextlib.contextmanager
def busy_processors() -> Iterator[None]:
    """Each that this process may use is kept busy by stress-ng, which is told to end by its pid."""
    count = len(os.sched_getaffinity(0))
    with subprocess.Popen(["stress-ng", "--quiet", "--cpu", str(count)], stdin=subprocess.DEVNULL,
                          start_new_session=True,  # Ctrl-C is for us
                          preexec_fn=functools.partial(proc.get_signal_at_death_of_parent,
                                                       signal.SIGTERM)) as load:
        try:
            yield
            if load.poll() is not None:
                raise RuntimeError(f"stress-ng has ended by itself, with code {load.returncode}")
        finally:
            load.terminate()
            try:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    load.wait(_PATIENCE_S)
            finally:
                load.kill()

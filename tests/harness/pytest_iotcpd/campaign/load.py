"""Something else that wants the processors."""

import contextlib
import os
import subprocess
from collections.abc import Iterator

_PATIENCE_S = 10


@contextlib.contextmanager
def busy_processors() -> Iterator[None]:
    """Each that this process may use is kept busy by stress-ng, which is told to end by its pid."""
    count = len(os.sched_getaffinity(0))
    with subprocess.Popen(["stress-ng", "--quiet", "--cpu", str(count)], stdin=subprocess.DEVNULL,
                          start_new_session=True) as load:  # Ctrl-C is for us
        try:
            yield
            if load.poll() is not None:
                raise RuntimeError(f"stress-ng has ended by itself, with code {load.returncode}")
        finally:
            load.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                load.wait(_PATIENCE_S)
            load.kill()

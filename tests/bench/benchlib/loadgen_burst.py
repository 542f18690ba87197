"""One run of iotcpd-loadgen whose result is read back."""

import json
import os
import subprocess

from .load import GRACE_S
from .server import BenchError

INVALID = 98  # its exit code when it was not as punctual as it should be
WARM_UP = "100ms"


def run(program, target, seconds, *options, cores=None, folder=None):
    """(result as its --json has it, whether the generator calls the run valid)."""
    process = subprocess.run(
        [
            *(program, "run", "--quiet", "--json", "-", "--warmup", WARM_UP, "--seed", "1"),
            *("--duration", f"{seconds}s", *options, target),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds + GRACE_S,
        check=False,
        cwd=folder,
        preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None,
    )
    if process.returncode not in (0, INVALID):
        raise BenchError(f"iotcpd-loadgen ended with {process.returncode}: {process.stderr[-400:]}")
    return json.loads(process.stdout), process.returncode == 0

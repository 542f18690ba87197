"""How many instructions a redirector spends on a request, and in which functions, by callgrind."""

import os
import re
import shutil
import subprocess

from .lock_step import Driver
from .server import BenchError, Server

LOOP = "Poco::Net::SocketReactor::run()"  # the final report is no part of it
FEW, MANY = 20, 120  # batches; the difference leaves out what starting and stopping cost
_SHORTER = (
    ("std::chrono::time_point<std::chrono::_V2::steady_clock, std::chrono::duration<long, "
     "std::ratio<1l, 1000000000l> > >", "TimePoint"),
    ("std::chrono::duration<long, std::ratio<1l, 1000000000l> >", "Nanoseconds"),
    ("std::basic_string_view<char, std::char_traits<char> >", "std::string_view"),
    ("iotcpd::redirector::", ""),
    ("iotcpd::", ""),
)  # fmt: skip
_MOST_NAME = 120
_LINE = re.compile(r"^\s*([\d,]+)\s+\([\s\d.]+%\)\s+[^:]*:(.*?)(?: \[[^\]]*\])?$")


def count(binary, workload, folder):
    """{function: instructions per request}, by what each has itself."""
    if shutil.which("callgrind_annotate") is None:
        raise BenchError("no callgrind: scripts/setup")
    few, many = (_run(binary, workload, batches, folder) for batches in (FEW, MANY))
    requests = (MANY - FEW) * workload.batch
    names = few.keys() | many.keys()
    return {name: (many.get(name, 0) - few.get(name, 0)) / requests for name in names}


def _run(binary, workload, batches, folder):
    path = os.path.join(folder, f"callgrind.{batches}.out")
    wrapper = ("valgrind", "--quiet", "--tool=callgrind", f"--toggle-collect={LOOP}", f"--callgrind-out-file={path}")
    with Server(
        binary, 1, workload.options, daemon=workload.daemon, wrapper=wrapper
    ) as server:
        server.ready_at()
        with Driver(server, workload) as driver:
            driver.run(batches)
    return parse(_annotate(path))


def _annotate(path):
    done = subprocess.run(
        ["callgrind_annotate", "--auto=no", "--threshold=100", path],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BenchError(f"callgrind_annotate: {done.stderr.strip()[-400:]}")
    return done.stdout


def parse(annotated):
    """{function: instructions} of what callgrind_annotate prints."""
    found = {}
    for line in annotated.splitlines():
        if match := _LINE.match(line):
            name = shorten(match[2])
            found[name] = found.get(name, 0) + int(match[1].replace(",", ""))
    return found


def shorten(name):
    """A function's name as one would write it, without the end when that is very far."""
    for long, short in _SHORTER:
        name = name.replace(long, short)
    return name[:_MOST_NAME]

"""Load generators: how each is told what to do, and how its report is read.

Every one keeps CONNECTIONS requests (or batches of them) outstanding from one thread, and `read`
raises BenchError unless each request was answered as it should be.
"""

import dataclasses
import json
import os
import re
import shutil
import statistics

from .server import BenchError

CONNECTIONS = 50
LINE = "http://example.com/index.html 10.0.0.1/- - GET"
SHORT_LINE = "hello"  # as long as what redis-benchmark sends


@dataclasses.dataclass(frozen=True)
class Mode:
    """How requests use connections."""

    key: str
    title: str
    closes: bool = False  # one request each, and the server closes
    depth: int = 1  # requests outstanding on each
    line: str = LINE


SINGLE = Mode("single", "one connection per request", closes=True)
KEEP_ALIVE = Mode("keep_alive", "keep-alive")
PIPELINED = Mode("pipelined", "pipelined 16 deep", depth=16, line=SHORT_LINE)


class Generator:
    """One program in one mode. `name` is for the table, `package` is Debian's."""

    name = ""
    program = ""
    package = ""
    tolerated = ()  # exit codes besides 0

    def __init__(self, mode):
        self.mode = mode

    @property
    def is_missing(self):
        return shutil.which(self.program) is None

    def command(self, port, requests, seconds):
        """Its command line; it ends after `requests`, or after `seconds` if it counts none."""
        raise NotImplementedError

    def read(self, output):
        """(requests answered, requests per second) from what it has printed."""
        raise NotImplementedError

    def tune(self, measure):
        """Settles on its fastest form, if it has several; `measure()` runs a burst, for its rate."""

    def find(self, pattern, output):
        """The first number that `pattern` matches."""
        match = re.search(pattern, output, re.MULTILINE)
        if not match:
            raise BenchError(f"{self.name}: no '{pattern}' in {output.strip()[-400:]!r}")
        return float(match[1])

    def refuse(self, pattern, output):
        """BenchError when a number that `pattern` matches is not 0."""
        for text in re.findall(pattern, output, re.MULTILINE):
            if float(text) != 0:
                raise BenchError(f"{self.name}: {pattern} is {text}")


class ApacheBench(Generator):
    name, program, package = "ab", "ab", "apache2-utils"

    def command(self, port, requests, seconds):
        return ["ab", "-q", "-n", str(requests), "-c", str(CONNECTIONS), f"http://127.0.0.1:{port}/"]

    def read(self, output):
        self.refuse(r"^Failed requests:\s+(\d+)", output)
        self.refuse(r"^Non-2xx responses:\s+(\d+)", output)
        self.refuse(r"^Write errors:\s+(\d+)", output)
        return (
            self.find(r"^Complete requests:\s+(\d+)", output),
            self.find(r"^Requests per second:\s+([\d.]+)", output),
        )


class RedisBenchmark(Generator):
    program, package = "redis-benchmark", "redis-tools"

    def __init__(self, mode):
        super().__init__(mode)
        self._options = ["-k", "0"] if mode.closes else ["-P", str(mode.depth)]
        self.name = " ".join(["redis-benchmark", *(self._options if mode != KEEP_ALIVE else [])])
        self._asked = 0

    def command(self, port, requests, seconds):
        self._asked = requests
        return [
            *("redis-benchmark", "-p", str(port), "-c", str(CONNECTIONS), "-n", str(requests)),
            *("-t", "ping_inline", "--csv", *self._options),
        ]

    def read(self, output):
        """It says no count; it ends with an error unless all it was asked for were answered."""
        return self._asked, self.find(r'^"PING_INLINE","([\d.]+)"', output)


class Wrk(Generator):
    """Is told a time, in whole seconds, and no number of requests."""

    name, program, package = "wrk", "wrk", "wrk"

    def command(self, port, requests, seconds):
        return [
            *("wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{max(1, round(seconds))}s"),
            f"http://127.0.0.1:{port}/",
        ]

    def read(self, output):
        for complaint in ("Socket errors", "Non-2xx"):
            if complaint in output:
                raise BenchError(f"{self.name}: {output.strip()[-400:]!r}")
        return (
            self.find(r"^\s*(\d+) requests in ", output),
            self.find(r"^Requests/sec:\s+([\d.]+)", output),
        )


class Httperf(Generator):
    """Either one connection after the other, or CONNECTIONS sessions of one after the other.

    It never waits, it asks select(2) again and again, so that either may be the faster. At a given
    rate (`--rate`) it would be no closed loop, and runs out of its 1,024 descriptors when disturbed.
    """

    name, program, package = "httperf", "httperf", "httperf"
    has_sessions = False

    def command(self, port, requests, seconds):
        target = ["httperf", "--hog", "--server", "127.0.0.1", "--port", str(port), "--timeout", "5"]
        if not self.has_sessions:
            return [*target, "--rate", "0", "--num-conns", str(requests)]
        calls = max(1, requests // CONNECTIONS)
        return [
            *(*target, "--http-version", "1.0", "--wsess", f"{CONNECTIONS},{calls},0"),
            *("--rate", "100000", "--max-connections", "1", "--max-piped-calls", "1"),
        ]

    def read(self, output):
        self.refuse(r"^Errors: total (\d+)", output)
        replies = self.find(r" replies (\d+) ", output)
        if replies != self.find(r"^Reply status:.* 2xx=(\d+)", output):
            raise BenchError(f"{self.name}: {output.strip()[-400:]!r}")
        return replies, self.find(r"^Connection rate: ([\d.]+) ", output)

    def tune(self, measure):
        rates = {}
        for self.has_sessions in (False, True):
            rates[self.has_sessions] = statistics.median(measure() for _ in range(3))
        self.has_sessions = rates[True] > rates[False]


class OurOwn(Generator):
    """A program of this repository."""

    def __init__(self, mode, path, name):
        super().__init__(mode)
        self.program, self.name = path, name


class Bare(OurOwn):
    """bare-client or bare-stream, whichever the mode calls for."""

    def __init__(self, mode, folder):
        name = "bare-client" if mode.closes else "bare-stream"
        super().__init__(mode, os.path.join(folder, name), name)

    def command(self, port, requests, seconds):
        depth = [] if self.mode.closes else ["-P", str(self.mode.depth)]
        return [
            *(self.program, "-p", str(port), "-c", str(CONNECTIONS), "-r", str(requests)),
            *("-l", self.mode.line, *depth),
        ]

    def read(self, output):
        """Exit code 0 has said that nothing went wrong."""
        report = json.loads(output)
        return report["requests"], report["rate"]


class Loadgen(OurOwn):
    """iotcpd-loadgen. It may find its own run INVALID (98): here it is meant to be saturated."""

    tolerated = (98,)

    def __init__(self, mode, path, json_file):
        super().__init__(mode, path, "iotcpd-loadgen")
        self._json_file = json_file

    def command(self, port, requests, seconds):
        keep = [] if self.mode.closes else ["--keep-alive", "--pipeline", str(self.mode.depth)]
        return [
            *(self.program, "run", "--connections", str(CONNECTIONS), *keep),
            *("--requests", str(requests), "--request", self.mode.line),
            *("--json", self._json_file, f"127.0.0.1:{port}"),
        ]

    def read(self, output):
        with open(self._json_file, encoding="utf-8") as file:
            report = json.load(file)
        os.unlink(self._json_file)
        outcomes = {name: count for name, count in report["outcomes"].items() if count}
        if list(outcomes) != ["ok"]:
            raise BenchError(f"{self.name}: outcomes {outcomes}")
        return outcomes["ok"], report["rate"]

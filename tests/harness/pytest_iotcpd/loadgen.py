"""Class Loadgen: one run of the load generator, and what it found out."""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, Self

from .deadline import eventually
from .hdr_histogram import HdrHistogram
from .program import Program, fresh_name, option_words
from .quiet_machine import Definite, Unbelievable

#: Every outcome that there is, in the order of the reports.
OUTCOMES = ("ok", "error-reply", "wrong-reply", "cross-talk", "empty", "truncated", "timeout",
            "refused", "reset", "censored")

EXIT_OK, EXIT_USAGE, EXIT_UNREADABLE, EXIT_UNREACHABLE, EXIT_CANNOT_WRITE = 0, 64, 66, 69, 74
EXIT_INVALID, EXIT_ASSERTION_FAILED, EXIT_INTERRUPTED = 98, 99, 130
#: A run that went through, whether or not the machine was quiet enough to believe its figures.
WENT_THROUGH = (EXIT_OK, EXIT_INVALID)


def target_of(server: Any) -> str:
    """A running server's first address as the load generator takes it; texts stay as they are."""
    if isinstance(server, (str, os.PathLike)):
        return str(server)
    if hasattr(server, "target"):
        return server.target
    host = f"[{server.host}]" if ":" in server.host else server.host
    return f"{host}:{server.port}"


class RunResult(dict):
    """The JSON result of a run, with names for what tests ask of it."""

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        with open(path, encoding="utf-8") as file:
            return cls(json.load(file))

    @property
    def is_valid(self) -> bool:
        return self["verdict"] != "invalid"

    def believed(self) -> Self:
        """Itself, if its generator vouches for it; else raises Unbelievable."""
        if not self.is_valid:
            raise Unbelievable(self.problems)
        return self

    @property
    def counts(self) -> dict[str, int]:
        """Ordinary requests by outcome: those that occurred."""
        return {name: count for name, count in self["outcomes"].items() if count}

    @property
    def ok(self) -> int:
        return self["outcomes"]["ok"]

    @property
    def misbehaved(self) -> dict[str, dict[str, int]]:
        """{kind: {outcome: count}}: those that occurred."""
        return {kind: {name: count for name, count in outcomes.items() if count}
                for kind, outcomes in self["misbehaved"].items()}

    @property
    def problems(self) -> list[str]:
        """Why the run is INVALID, a sentence each; none: it is valid."""
        return self["self_check"]["problems"]

    @property
    def warnings(self) -> list[str]:
        return self["self_check"]["warnings"]

    @property
    def latency(self) -> HdrHistogram:
        """Of ok, from the due time, in ns."""
        return HdrHistogram(self["histograms"]["latency"]["ok"]["hdr_v2"])

    @property
    def service(self) -> HdrHistogram:
        """Of ok, from the send, in ns."""
        return HdrHistogram(self["histograms"]["service"]["hdr_v2"])

    def check_law(self) -> Self:
        """Every planned request has one outcome, and what is told twice agrees."""
        outcomes = self["outcomes"]
        misbehaved = sum(sum(kinds.values()) for kinds in self["misbehaved"].values())
        laws = {"every outcome is told": set(outcomes) == set(OUTCOMES),
                "they sum to the plan": self["planned"] == sum(outcomes.values()) + misbehaved,
                "INVALID has a reason": self.is_valid == (not self.problems),
                "errors are all but ok and censored": self["errors"] == sum(
                    outcomes.values()) - outcomes.get("ok", 0) - outcomes.get("censored", 0)}
        broken = [law for law, holds in laws.items() if not holds]
        if broken:
            raise Definite(f"it is not so that {broken[0]}: {dict(self)}")
        return self


class Loadgen(Program):
    """`iotcpd-loadgen run`, in the background or ended. Tests get it from the fixtures `loadgen`
    and `loadgen_run`."""

    def __init__(self, binary: Sequence[str], folder: str, *words: Any,
                 options: Mapping[str, Any] | None = None, **settings: Any) -> None:
        name = fresh_name()
        options = dict(options or {})
        options.setdefault("json", os.path.join(folder, f"{name}.json"))
        self.result_path = options["json"]
        if self.result_path is None:
            del options["json"]
        self.expected_codes = WENT_THROUGH
        super().__init__([*binary, "run", *option_words(options), *map(target_of, words)], folder,
                         name=name, **settings)

    def wait_exit(self, within: float = 10.0) -> int:
        """Its exit code. What it prints is taken meanwhile, however much it is."""
        eventually(lambda: self.stdout.size() < 0 or not self.running, within, what="its end")
        return super().wait_exit(within)

    def wait(self, within: float = 30.0,
             expect: int | tuple[int, ...] | None = WENT_THROUGH) -> Self:
        """Wait for its end with one of these exit codes (any: None)."""
        code = self.wait_exit(within)
        expected = (expect,) if isinstance(expect, int) else expect
        if expected is not None and code not in expected:
            raise Definite(f"exit code {code}, not {expected}: {self.stderr.text()}")
        return self

    @property
    def result(self) -> RunResult:
        """What it wrote, once it has ended; the law is checked."""
        return RunResult.load(self.result_path).check_law()

    @property
    def complaint(self) -> str:
        """What it says on stderr: exactly one line."""
        lines = self.stderr.text().splitlines()
        assert len(lines) == 1, f"not one line: {lines}"
        return lines[0]

    @property
    def text(self) -> str:
        """The summary on stdout."""
        return self.stdout.text()

    @property
    def one_line_text(self) -> str:
        """The same without the breaks that make its lines fit a screen."""
        return " ".join(self.text.split())

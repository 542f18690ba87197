"""The record of a soak in Markdown: what was done, what fired, what came of it."""

import datetime
import os
import platform
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence

from .tools import Tools
from .verdict import Verdict

_SHOWN = 20


def record(verdict: Verdict, tools: Tools, command: str) -> str:
    """The whole text. `command` repeats the soak."""
    rows = [("seed", verdict.seed), ("command", f"`{command}`"),
            ("date", datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")),
            ("programs", ", ".join(map(_version, ([*tools.iotcpd], [tools.loadgen],
                                                  [tools.fake_daemon])))),
            ("machine", f"{os.cpu_count()} processors, Linux {platform.release()}"),
            ("requests", f"{verdict.requests:,} in {verdict.elapsed_s:,.0f} s, "
                         f"{verdict.rate:,.0f}/s with all that was judged"),
            ("campaigns, rounds, refreshes",
             f"{verdict.campaigns}, {verdict.rounds}, {verdict.refreshes}"),
            ("campaigns over kept connections, with several requests per daemon, with several threads",
             f"{verdict.kept}, {verdict.concurrent}, {verdict.threaded}"),
            ("cross-talk", verdict.outcomes["cross-talk"]),
            ("unanswered past the deadline", verdict.outcomes["timeout"]),
            ("late lines that nobody could have told from a reply", verdict.untellable),
            ("growth of resident memory, KiB a round", _growth(verdict)),
            ("verdict", verdict.in_words + (" (interrupted)" if verdict.interrupted else ""))]
    parts = [_table(("", ""), rows),
             "Outcomes of ordinary clients:", _table(("outcome", "requests"), _positive(
                 verdict.outcomes)),
             "Clients that misbehaved:", _table(("kind", "requests"), _positive(verdict.misbehaved)),
             "Faults:", _table(("fault", "planned for", "fired"), [
                 (f"`{point} = {action}`", verdict.planned[point, action], f"{count:,}")
                 for (point, action), count in sorted(verdict.fired.items())]),
             "Counters of the redirectors, all together:",
             _table(("counter", ""), _positive(verdict.counters))]
    if verdict.findings:
        parts += ["Violations:", "\n".join(f"- {finding}" for finding in verdict.findings[:_SHOWN])]
    return "\n\n".join(parts) + "\n"


def _version(words: list[str]) -> str:
    answer = subprocess.run([*words, "--version"], capture_output=True, text=True, check=False)
    return answer.stdout.partition("\n")[0].strip()


def _growth(verdict: Verdict) -> str:
    return ", ".join(f"{growth:.0f}" for growth in verdict.growth_kib) or "not measured"


def _positive(counter: Counter[str]) -> list[tuple[str, str]]:
    return [(name, f"{count:,}") for name, count in counter.items() if count]


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines: list[Sequence[object]] = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in lines)

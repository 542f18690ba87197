"""The page: figures, what did not pass, which faults fired, and every test by its file."""

import collections
import html
import string
import time
from collections.abc import Iterable

from .cells import row, tone
from .fired import fired_table
from .style import STYLE
from .verdicts import BAD, ORDER, Result

_PAGE = string.Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>iotcpd: what was injected, what was seen</title>
<style>$style</style>
</head>
<body>
<main>
<h1>What was injected, what was seen</h1>
$about
<ul class="figures">$figures</ul>
$remarkable
$faults
<h2>All tests, by file</h2>
$files
</main>
</body>
</html>
""")
_HEADS = ('<tr><th class="verdict-column">verdict</th><th class="name">test</th>'
          '<th class="injected">injected</th><th>seen</th><th class="number">took</th></tr>')


def page(results: list[Result], about: Iterable[str], started: float) -> str:
    """One self-contained HTML document. `about` are lines on the programs, `started` is the time."""
    began = time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(started))
    lines = [f"Tests of {began}", *about]
    return _PAGE.substitute(
        style=STYLE, about="".join(f'<p class="quiet">{html.escape(line)}</p>' for line in lines),
        figures=_figures(results), remarkable=_remarkable(results), faults=fired_table(results),
        files=_files(results))


def _counts(results: Iterable[Result]) -> dict[str, int]:
    counted = collections.Counter(result.verdict for result in results)
    return {verdict: counted[verdict] for verdict in ORDER if counted[verdict]}


def _figures(results: list[Result]) -> str:
    figures = [(times, verdict, tone(verdict)) for verdict, times in _counts(results).items()]
    fired = sum(fault["fired"] for result in results for fault in result.facts.get("faults", []))
    queries = sum((server["counters"] or {}).get("queries total", 0)
                  for result in results for server in result.facts.get("redirectors", []))
    figures += [(fired, "faults fired", "fault"), (queries, "queries counted", "")]
    return "".join(f'<li><b class="{colour}">{number:,}</b>{name}</li>' for number, name, colour in figures)


def _table(results: Iterable[Result]) -> str:
    return f'<div class="scroll"><table class="tests">{_HEADS}{"".join(map(row, results))}</table></div>'


def _remarkable(results: list[Result]) -> str:
    """What failed, then what says nothing: both with their evidence."""
    chosen = [result for result in results if result.verdict in (*BAD, "inconclusive", "unexpectedly passed")]
    if not chosen:
        return '<h2>Not passed</h2><p>Nothing: no test failed, none was inconclusive.</p>'
    by_file = "".join(_named_table(file, mine) for file, mine in _by_file(chosen))
    return f"<h2>Not passed: {_told(_counts(chosen))}</h2>{by_file}"


def _named_table(file: str, results: list[Result]) -> str:
    return f'<p><code>{html.escape(file)}</code></p><div class="card">{_table(results)}</div>'


def _files(results: list[Result]) -> str:
    return "".join(_file(file, mine) for file, mine in _by_file(results))


def _by_file(results: Iterable[Result]) -> list[tuple[str, list[Result]]]:
    """Files with failures first, then by name; the same within each."""
    grouped = collections.defaultdict(list)
    for result in sorted(results, key=lambda result: (result.rank, result.sentence)):
        grouped[result.file].append(result)
    return sorted(grouped.items(), key=lambda pair: (_urgency(pair[1]), pair[0]))


def _urgency(results: list[Result]) -> int:
    """0 with failures, 1 with what is inconclusive, 2 else."""
    worst = min(result.rank for result in results)
    return 0 if ORDER[worst] in BAD else 1 if ORDER[worst] == "inconclusive" else 2


def _file(file: str, results: list[Result]) -> str:
    tally = "".join(f'<span class="{tone(verdict)}">{times} {verdict}</span>'
                     for verdict, times in _counts(results).items())
    took = sum(result.duration_s for result in results)
    return (f"<details><summary><code>{html.escape(file)}</code><span>{tally}</span>"
            f'<span class="quiet">{took:.1f} s</span></summary>{_table(results)}</details>')


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{times} {verdict}" for verdict, times in counts.items())

"""What the page says of one test: a row of its table, and the words in its cells."""

import html
import itertools
from collections.abc import Iterable

from .counters import AT_THE_END
from .fault_tally import THE_TEST
from .gatherer import Facts
from .verdicts import BAD, Result

_MOST_REASON = 4000
_NOTHING = '<span class="quiet">–</span>'


def tone(verdict: str) -> str:
    """The class of a verdict's colour."""
    if verdict in BAD:
        return "bad"
    return {"passed": "good", "inconclusive": "doubt", "unexpectedly passed": "doubt"}.get(verdict, "quiet")


def plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def row(result: Result) -> str:
    """One test: its verdict, what it is called and why it did not pass, injected, seen."""
    reason = f'<div class="reason">{_shortened(result.reason)}</div>' if result.reason else ""
    name = html.escape(result.name)
    cells = [f'<td class="verdict {tone(result.verdict)}">{result.verdict}</td>',
             f'<td class="name" title="{name}">{html.escape(result.sentence)}{reason}</td>',
             f"<td>{_lines(injected(result.facts))}</td>", f"<td>{_lines(seen(result.facts))}</td>",
             f'<td class="number quiet">{result.duration_s:.2f} s</td>']
    return f"<tr>{''.join(cells)}</tr>"


def _shortened(reason: str) -> str:
    more = len(reason) - _MOST_REASON
    return html.escape(reason[:_MOST_REASON]) + (f" … ({more} characters more)" if more > 0 else "")


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"<div>{line}</div>" for line in lines) or _NOTHING


def injected(facts: Facts) -> list[str]:
    """Faults with how often they fired, by who asked for them; signals."""
    lines = []
    for origin, faults in itertools.groupby(facts.get("faults", []), lambda fault: str(fault["from"])):
        if origin != THE_TEST:
            lines.append(f'<span class="quiet">by {html.escape(origin)}:</span>')
        lines += map(_fault, faults)
    for server in facts.get("redirectors", []):
        if server["signals"]:
            lines.append("signals: " + html.escape(", ".join(server["signals"])))
    return lines


def _fault(fault: Facts) -> str:
    times = fault["fired"]
    colour = "fault" if times else "doubt"
    return f'<span class="times {colour}">{times:,}×</span> <code>{html.escape(fault["fault"])}</code>'


def seen(facts: Facts) -> list[str]:
    """Each redirector's counters, what clients got, what load generators found."""
    lines = [_counters(server) for server in facts.get("redirectors", [])]
    if "clients" in facts:
        lines.append("clients: " + _counted(facts["clients"]))
    for run in facts.get("load", []):
        lines.append(f"load ({html.escape(run['verdict'])}): " + _counted(run["outcomes"]))
    return lines


def _counters(server: Facts) -> str:
    counted = server["counters"]
    command = html.escape(server["command"], quote=True)
    if counted is None:
        return f'<span title="{command}">redirector:</span> <span class="quiet">not known, never asked</span>'
    parts = [", ".join(_outcomes(counted)) or "no query"]
    if counted.get("daemon deaths"):
        parts.append(plural(counted["daemon deaths"], "death"))
    if counted["condemned"]:
        parts.append("condemned: " + _counted(counted["condemned"]))
    if counted["when"] != AT_THE_END:
        parts.append(f'<span class="quiet">{html.escape(counted["when"])}</span>')
    whose = "redirector of several tests:" if server["shared"] else "redirector:"
    return f'<span title="{command}">{whose}</span> {"; ".join(parts)}'


def _outcomes(counted: Facts) -> list[str]:
    """Those of the outcomes that occurred, with their causes."""
    parts = []
    for name in ("replied", "timeout", "failed", "unknown", "in-flight"):
        times = counted.get(f"queries {name}", 0)
        causes = f" ({_counted(counted[name])})" if counted.get(name) else ""
        if times:
            parts.append(f"{times:,} {name}{causes}")
    return parts


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{times:,} {html.escape(str(name))}" for name, times in counts.items())

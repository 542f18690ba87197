"""What the page says of one test: a row of its table, and the words in its cells."""

import html
from collections.abc import Iterable

from .gatherer import Facts
from .verdicts import BAD, Result

_MOST_REASON = 4000
_NOTHING = '<span class="quiet">–</span>'


def tone(verdict: str) -> str:
    """The class of a verdict's colour."""
    if verdict in BAD:
        return "bad"
    return {"passed": "good", "inconclusive": "doubt", "unexpectedly passed": "doubt"}.get(verdict, "quiet")


def row(result: Result) -> str:
    """One test: its verdict, what it is called and why it did not pass, injected, seen."""
    reason = f'<div class="reason">{_shortened(result.reason)}</div>' if result.reason else ""
    cells = [f'<td class="verdict {tone(result.verdict)}">{result.verdict}</td>',
             f'<td class="name">{html.escape(result.title)}{reason}</td>',
             f"<td>{_lines(injected(result.facts))}</td>", f"<td>{_lines(seen(result.facts))}</td>",
             f'<td class="number quiet">{result.duration_s:.2f} s</td>']
    return f"<tr>{''.join(cells)}</tr>"


def _shortened(reason: str) -> str:
    more = len(reason) - _MOST_REASON
    return html.escape(reason[:_MOST_REASON]) + (f" … ({more} characters more)" if more > 0 else "")


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"<div>{line}</div>" for line in lines) or _NOTHING


def injected(facts: Facts) -> list[str]:
    """Faults with how often they fired, signals."""
    lines = [_fault(fault) for fault in facts.get("faults", [])]
    for server in facts.get("redirectors", []):
        if server["signals"]:
            lines.append("signals to the redirector: " + html.escape(", ".join(server["signals"])))
    return lines


def _fault(fault: Facts) -> str:
    times = fault["fired"]
    colour = "fault" if times else "doubt"
    origin = "" if fault["from"] == "the test" else f' <span class="quiet">by {html.escape(fault["from"])}</span>'
    return (f'<span class="times {colour}">{times:,}×</span> <code>{html.escape(fault["fault"])}</code>{origin}')


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
        return f'<span title="{command}">redirector:</span> <span class="quiet">never asked</span>'
    parts = [f"{counted.get('queries total', 0):,} queries", *_outcomes(counted)]
    if counted.get("daemon deaths"):
        parts.append(f"{counted['daemon deaths']:,} deaths")
    if counted["condemned"]:
        parts.append("condemned: " + _counted(counted["condemned"]))
    when = "" if counted["when"] == "at the end" else f' <span class="quiet">({html.escape(counted["when"])})</span>'
    return f'<span title="{command}">redirector:</span> {"; ".join(parts)}{when}'


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

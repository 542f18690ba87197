"""Which faults fired: a table of actions and points, over all tests."""

import collections
import html
from collections.abc import Iterable

from .cells import plural
from .verdicts import Result

#: Of an exchange, in its order; one that is not here comes after them.
_POINTS = ("startup", "idle", "before-read", "after-read", "mid-reply", "before-reply", "after-reply",
           "on-term", "on-eof")
_Counts = collections.Counter[tuple[str, str]]


def fired_table(results: Iterable[Result]) -> str:
    """How often each action fired at each point, and in how many tests."""
    times, tests = _counted(results)
    if not times:
        return "<h2>Faults that fired</h2><p>None.</p>"
    points = sorted({point for point, _ in times}, key=lambda point: (_place(point), point))
    heads = "".join(f'<th class="number">{html.escape(point)}</th>' for point in points)
    rows = "".join(_row(action, points, times, tests[action]) for action in sorted(tests))
    told = f"{plural(len(times), 'kind')}, {plural(sum(times.values()), 'time')}"
    return (f"<h2>Faults that fired: {told}</h2>"
            '<div class="card scroll"><table class="fired">'
            f'<tr><th>action</th>{heads}<th class="number">in tests</th></tr>{rows}</table></div>')


def _counted(results: Iterable[Result]) -> tuple[_Counts, collections.Counter[str]]:
    """Times by (point, action), tests by action."""
    times: _Counts = collections.Counter()
    tests: collections.Counter[str] = collections.Counter()
    for result in results:
        actions = set()
        for fault in result.facts.get("faults", []):
            for name, number in fault["by"].items():
                point, _, action = name.partition(" ")
                times[point, action] += number
                actions.add(action)
        tests.update(actions)
    return times, tests


def _place(point: str) -> int:
    return _POINTS.index(point) if point in _POINTS else len(_POINTS)


def _row(action: str, points: list[str], times: _Counts, tests: int) -> str:
    cells = "".join(f'<td class="number">{times[point, action]:,}</td>' if times[point, action]
                    else "<td></td>" for point in points)
    return (f'<tr><td><code>{html.escape(action)}</code></td>{cells}'
            f'<td class="number quiet">{tests:,}</td></tr>')

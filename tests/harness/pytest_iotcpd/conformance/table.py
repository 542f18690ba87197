"""The table at the end, from the summary that --conformance-json writes."""

import typing

_HEADER = ("area", "passed", "failed", "not offered", "inconclusive")
_LONGEST_REASON = 240
_LISTED = ("failed", "not offered", "inconclusive")


def rows(summary: dict[str, typing.Any]) -> typing.Iterator[str]:
    """Its lines: a row per area, the score, and every scenario that did not pass, with its claim."""
    yield f"redirector: {summary['redirector']}"
    yield _row(_HEADER)
    for area, counts in (*summary["areas"].items(), ("total", summary["total"])):
        yield _row((area, *counts.values()))
    score = summary["score"]
    share = "" if score["percent"] is None else f" ({score['percent']:g} %)"
    yield f"score: {score['passed']} passed of {score['offered']} offered{share}"
    for verdict in _LISTED:
        yield from _list(verdict, [scenario for scenario in summary["scenarios"]
                                   if scenario["verdict"] == verdict])


def _row(cells: typing.Sequence[object]) -> str:
    numbers = zip(cells[1:], _HEADER[1:])
    return f"{cells[0]:<14}" + "".join(f"{cell:>{len(name) + 2}}" for cell, name in numbers)


def _list(verdict: str, scenarios: list[dict[str, typing.Any]]) -> typing.Iterator[str]:
    if scenarios:
        yield ""
        yield f"{verdict}:"
    for scenario in scenarios:
        yield f"  {scenario['id']}"
        yield f"    {scenario['claim']}"
        yield f"    {'seen' if verdict == 'failed' else 'because'}: {_shortened(scenario['reason'])}"


def _shortened(reason: str) -> str:
    return reason if len(reason) <= _LONGEST_REASON else reason[:_LONGEST_REASON] + " …"

"""The table at the end, from the summary that --conformance-json writes."""

_HEADER = ("area", "passed", "failed", "not offered", "inconclusive")
_LISTED = ("failed", "not offered", "inconclusive")


def rows(summary):
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


def _row(cells):
    return f"{cells[0]:<14}" + "".join(f"{cell:>{len(name) + 2}}" for cell, name in zip(cells[1:], _HEADER[1:]))


def _list(verdict, scenarios):
    if scenarios:
        yield ""
        yield f"{verdict}:"
    for scenario in scenarios:
        yield f"  {scenario['id']}"
        yield f"    {scenario['claim']}"
        yield f"    {'seen' if verdict == 'failed' else 'because'}: {scenario['reason']}"

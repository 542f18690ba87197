"""Instructions per request, held against recorded ones.

The recorded file holds the compiler they were counted with, and for each workload the total and the
functions that have the most of it.
"""

import json

MOST_GROWTH = 1.05
FEWEST_RECORDED = 5  # instructions per request of a function; the many below it are one entry
REST = "(the rest)"
SHOWN = 10


def summarise(functions):
    """What is recorded of a workload, from {function: instructions per request}."""
    kept = {name: count for name, count in functions.items() if count >= FEWEST_RECORDED}
    total = sum(functions.values())
    kept[REST] = total - sum(kept.values())
    ordered = sorted(kept.items(), key=lambda item: -item[1])
    return {
        "instructions_per_request": round(total, 1),
        "functions": {name: round(count, 1) for name, count in ordered},
    }


def has_grown(before, now):
    """By more than is allowed, from one summary to the other."""
    return now["instructions_per_request"] > MOST_GROWTH * before["instructions_per_request"]


def judge(recorded, measured):
    """(lines to print, whether all is well). Both are {workload: summary}."""
    lines, well = [], True
    for name, now in measured.items():
        before = recorded.get(name)
        if before is None:
            lines.append(f"{name}: not recorded yet (--record)")
            well = False
            continue
        ratio = now["instructions_per_request"] / before["instructions_per_request"]
        grown = has_grown(before, now)
        well = well and not grown
        lines.append(
            f"{name}: {now['instructions_per_request']:,.0f} instructions per request, recorded "
            f"{before['instructions_per_request']:,.0f}: {ratio - 1:+.1%}"
            + (f", more than {MOST_GROWTH - 1:+.0%}; where it went:" if grown else "")
        )
        if grown:
            lines += where(before["functions"], now["functions"])
    return lines, well


def where(before, now):
    """A line for each of the functions that have changed most."""
    changes = {
        name: now.get(name, 0) - before.get(name, 0) for name in before.keys() | now.keys()
    }
    largest = sorted(changes, key=lambda name: -abs(changes[name]))[:SHOWN]
    return [
        f"  {changes[name]:+9.1f}  ({before.get(name, 0):,.1f} -> {now.get(name, 0):,.1f})  "
        f"{name}"
        for name in largest
        if changes[name]
    ]


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def save(path, record):
    with open(path, "w", encoding="utf-8") as file:
        file.write(json.dumps(record, indent=1, ensure_ascii=False) + "\n")

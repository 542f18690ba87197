"""Rows with a limit, and how they are shown."""

import dataclasses
import json
import statistics


@dataclasses.dataclass
class Row:
    """One figure of the table. `judged` is what must keep the limit: the median or the max."""

    key: str
    title: str
    samples: list
    unit: str = "×"
    sense: str = "<="
    limit: float = None
    judged: str = "median"
    note: str = ""
    sides: tuple = ()  # the medians of what a ratio divides
    digits: int = 3

    @property
    def median(self):
        return statistics.median(self.samples)

    @property
    def verdict(self):
        if self.limit is None:
            return "–"
        value = max(self.samples) if self.judged == "max" else self.median
        kept = value <= self.limit if self.sense == "<=" else value >= self.limit
        return "ok" if kept else "OVER"

    def measured(self):
        low, middle, high = (
            f"{value:.{self.digits}f}"
            for value in (min(self.samples), self.median, max(self.samples))
        )
        spread = f" [{low}..{high}]" if len(self.samples) > 1 else ""
        return f"{middle}{spread} {self.unit}"

    def allowed(self):
        if self.limit is None:
            return "–"
        sign = {"<=": "≤", ">=": "≥"}[self.sense]
        return f"{sign} {self.limit:g} {self.unit}" + (" (max)" if self.judged == "max" else "")

    def as_json(self):
        summary = {"median": self.median, "min": min(self.samples), "max": max(self.samples)}
        return {**dataclasses.asdict(self), **summary, "verdict": self.verdict}


def notes(*texts):
    """One note of those that have something to say."""
    return "; ".join(filter(None, texts))


def as_markdown(run, rows):
    machine = run["machine"]
    lines = [
        "| figure | median [min..max] | limit | verdict | absolute |",
        "|---|---|---|---|---|",
        *(
            f"| {row.title} | {row.measured()} | {row.allowed()} | {row.verdict} | {row.note} |"
            for row in rows
        ),
        "",
        f"Machine: {machine['cores']} cores, {machine['cpu']}, Linux {machine['kernel']}; load "
        f"{run['load_before']:.1f} before, {run['load_after']:.1f} after, "
        f"{run['stolen']:.1%} stolen.",
        f"Rounds: {run['rounds']} of A B B A, {run['burst_seconds']:g} s a burst; "
        f"{run['seconds']:.0f} s in all, {run['date']}, commit {run['commit']}.",
        f"Command: `{run['command']}`",
    ]
    if run["incomplete"]:
        lines.append(f"INCOMPLETE: {run['incomplete']}")
    return "\n".join(lines) + "\n"


def as_json(run, rows):
    result = {**run, "rows": [row.as_json() for row in rows]}
    return json.dumps(result, indent=2, ensure_ascii=False) + "\n"

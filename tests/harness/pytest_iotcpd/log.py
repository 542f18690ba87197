"""Log lines on stderr: reading them, waiting for them, and telling which are unexpected."""

import json
import re
from collections.abc import Iterable

_TEXT_LINE = re.compile(
    r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z "
    r"(?P<level>error|warning|notice|information|debug) (?P<text>.*)$")
_SANITIZER = re.compile(
    r"AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:|Assertion .* failed")
_NOTABLE_LEVELS = ("warning", "error")


def level_of(line: str) -> str | None:
    """Level of a log line in either format, "error" for a sanitizer's report, also for one that a daemon
    has written and that is in the log as such; else None."""
    if is_of_sanitizer(line):
        return "error"
    match = _TEXT_LINE.match(line)
    if match:
        return match["level"]
    if line.startswith("{"):
        try:
            return json.loads(line).get("level")
        except (ValueError, AttributeError):
            return None
    return None


def is_of_sanitizer(line: str) -> bool:
    """Whether a sanitizer has something to report there, or an assertion has failed."""
    return bool(_SANITIZER.search(line))


def unexpected_lines(text: str, expected: Iterable[str | re.Pattern[str]]) -> list[str]:
    """Warnings and errors in `text` that match none of the `expected` patterns."""
    patterns = [re.compile(pattern) for pattern in expected]
    return [line for line in text.splitlines()
            if level_of(line) in _NOTABLE_LEVELS and not any(p.search(line) for p in patterns)]


def matching_lines(text: str, pattern: str) -> list[str]:
    compiled = re.compile(pattern)
    return [line for line in text.splitlines() if compiled.search(line)]

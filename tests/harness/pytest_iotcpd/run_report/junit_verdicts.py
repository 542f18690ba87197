"""The verdicts of a run, out of the JUnit file that it has left."""

import xml.etree.ElementTree

from .verdicts import ORDER, skipped_as

_VERDICT_OF_TAG = {"failure": "failed", "error": "error"}


def read_verdicts(path: str) -> dict[str, str]:
    """{test: one of verdicts.ORDER}. One with an entry for its end as well has the worse of the two."""
    worst: dict[str, str] = {}
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        worst[name] = min(worst.get(name, ORDER[-1]), _verdict(case), key=ORDER.index)
    return worst


def _verdict(case: xml.etree.ElementTree.Element) -> str:
    found = [_VERDICT_OF_TAG[child.tag] for child in case if child.tag in _VERDICT_OF_TAG]
    for skipped in case.iter("skipped"):
        expected = skipped.get("type") == "pytest.xfail"
        found.append("expected failure" if expected else skipped_as(skipped.get("message", ""))[0])
    return min(found, key=ORDER.index, default="passed")

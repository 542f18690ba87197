"""Stateful search: steps of all kinds against a running redirector, with the checkers as invariants.

`steps` is the vocabulary, an Execution applies it to a pool, a Trial is a whole scenario, `capsule`
keeps one that failed, and `pytest_iotcpd.replay` plays it again. Only `machine` and `search` need
Hypothesis, an optional extra.
"""

from . import capsule
from .manner import Manner
from .scenario import Scenario
from .trial import NotStarted, Trial
from .verdict import Verdict

__all__ = ["Manner", "NotStarted", "Scenario", "Trial", "Verdict", "capsule"]

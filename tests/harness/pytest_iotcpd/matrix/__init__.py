"""Fault × daemon state × queue: which cells there are, what is to happen in each, and whether it did."""

from .cells import Cell, Expect, Outcome
from .company import Company, mostly_waits
from .coverage import PLAYED, MatrixReport
from .ending_stage import EndingStage
from .place import Place, depends_on_time, kind_of
from .stage import Stage
from .table import ALL_CELLS, CELLS, ENDING_STATES, not_applicable

__all__ = ["ALL_CELLS", "CELLS", "Cell", "Company", "ENDING_STATES", "EndingStage", "Expect",
           "MatrixReport", "Outcome", "PLAYED", "Place", "Stage", "depends_on_time", "kind_of",
           "mostly_waits", "not_applicable"]

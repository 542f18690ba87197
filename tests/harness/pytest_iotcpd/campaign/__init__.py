"""The same tests again and again, on a quiet machine or a loaded one, and a table of what came of it."""

from .runs import Run, play
from .table import table

__all__ = ["Run", "play", "table"]

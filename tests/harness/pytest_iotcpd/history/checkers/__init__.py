"""The rules: each a class with one duty, history in, violations out."""

from .causes import CauseEquality, CondemnedCount
from .counting import Conservation
from .evidence import NonVacuity
from .leaks import Leaks
from .processes import Attribution, PoisonedDaemons, SerialDaemon
from .replies import CrossTalk, LostOrDuplicate, OneOutcome, Truncation
from .respawning import BackOff, Recovery, RespawnAlgebra
from .timing import TimeoutWindow

ALL = (CrossTalk, OneOutcome, LostOrDuplicate, Attribution, PoisonedDaemons, SerialDaemon,
       Truncation, Conservation, CauseEquality, CondemnedCount, RespawnAlgebra, BackOff,
       TimeoutWindow, Recovery, NonVacuity, Leaks)

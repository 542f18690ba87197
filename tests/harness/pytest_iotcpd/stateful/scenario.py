"""Class Scenario: a pool, a seed and the steps it goes through; all that a replay needs to know."""

import dataclasses
from typing import Any, Self

from ..history import Promises
from . import steps as vocabulary
from .manner import Manner


@dataclasses.dataclass(frozen=True)
class Scenario:
    """Times are short, so that a timeout costs a tenth of a second. Memory is not judged: what a redirector
    takes for a dozen steps says nothing yet."""
    num_daemons: int = 1
    seed: int = 1
    steps: tuple[vocabulary.Step, ...] = ()
    manner: Manner = Manner()

    def promises(self) -> Promises:
        return Promises(self.num_daemons, busy_timeout_s=0.1, queue_timeout_s=0.4,
                        alarm_interval_s=0.02, max_reply=4096, recovery_s=3.0, rss_kib_per_cycle=1 << 30,
                        concurrency=self.manner.concurrency, keep_alive=self.manner.keep_alive)

    def options(self) -> dict[str, Any]:
        """The same as options of the redirector."""
        promises = self.promises()
        return {"trace": True, "num_daemons": self.num_daemons,
                "busy_timeout": f"{promises.busy_timeout_s}s",
                "queue_timeout": f"{promises.queue_timeout_s}s",
                "alarm_interval": f"{promises.alarm_interval_s}s",
                "max_reply": promises.max_reply, **self.manner.options()}

    def to_json(self) -> dict[str, Any]:
        return {"num_daemons": self.num_daemons, "seed": self.seed, **dataclasses.asdict(self.manner),
                "steps": [vocabulary.to_json(step) for step in self.steps]}

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """ValueError when `value` is no scenario."""
        try:
            num_daemons, seed, steps = (value[name] for name in ("num_daemons", "seed", "steps"))
        except (KeyError, TypeError):
            raise ValueError("a scenario has num_daemons, seed and steps") from None
        if not isinstance(num_daemons, int) or num_daemons < 1 or not isinstance(seed, int) or seed < 0:
            raise ValueError("num_daemons and seed must be whole numbers, from 1 and from 0 on")
        if not isinstance(steps, list):
            raise ValueError("steps must be a list")
        manner = Manner.from_json(value)
        if manner.threads > num_daemons:
            raise ValueError(f"{num_daemons} daemons are too few for {manner.threads} threads")
        return cls(num_daemons, seed, tuple(map(vocabulary.from_json, steps)), manner)

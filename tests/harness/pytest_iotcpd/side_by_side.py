"""Class SideBySide: measurements that leave the machine mostly idle are made all at once."""

import concurrent.futures
import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .quiet_machine import Disturbance

Measurements = Mapping[str, Callable[[], Any]]


class SideBySide:
    """What several tests measure: the first that asks makes all measurements, beside each other. One that
    is asked for again, since it could not be believed, is made anew and alone."""

    def __init__(self) -> None:
        self._made: dict[str, concurrent.futures.Future[Any]] | None = None
        self._evidence: list[str] = []

    @contextlib.contextmanager
    def measured(self, name: str, measurements: Measurements) -> Iterator[Any]:
        """What measurement `name` came to, for the body to judge. That it was made beside others is
        evidence of a disturbance, too: `conclusive` asks again then."""
        made = self._all(measurements).pop(name, None)
        if made is None:
            yield measurements[name]()
            return
        try:
            yield made.result()
        except AssertionError as error:
            setattr(error, "evidence", [*getattr(error, "evidence", []), *self._evidence])
            raise

    def _all(self, measurements: Measurements) -> dict[str, concurrent.futures.Future[Any]]:
        if self._made is None:
            disturbance = Disturbance()
            with concurrent.futures.ThreadPoolExecutor(len(measurements)) as pool:
                self._made = {name: pool.submit(make) for name, make in measurements.items()}
            self._evidence = disturbance.evidence()
            if len(measurements) > 1:
                self._evidence.append(f"measured beside {len(measurements) - 1} others")
        return self._made

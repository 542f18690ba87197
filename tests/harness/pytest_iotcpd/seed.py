"""One seed for all that a session draws, so that it can be had again."""

import random

import pytest

LARGEST = 2**32 - 1


def choose(config: pytest.Config) -> None:
    """Draw one unless the command line names it. Workers of pytest-xdist are told the options of
    the session that has started them, and with them its seed."""
    seed: int | None = config.getoption("--iotcpd-seed")
    if seed is None:
        config.option.iotcpd_seed = random.SystemRandom().randrange(LARGEST + 1)
    elif not 0 <= seed <= LARGEST:
        raise pytest.UsageError(f"--iotcpd-seed is {seed}; accepted is 0 to {LARGEST}")


def seed_of(config: pytest.Config) -> int:
    """The seed of the session."""
    return int(config.getoption("--iotcpd-seed"))


@pytest.fixture(scope="session")
def iotcpd_seed(pytestconfig: pytest.Config) -> int:
    """Seed of the session: for random.Random(...), for fake(seed=...)."""
    return seed_of(pytestconfig)

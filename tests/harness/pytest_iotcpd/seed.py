"""One seed for all that a session draws, so that it can be had again."""

import random
from typing import Any

import pytest

_OF_SESSION = "iotcpd_seed"
LARGEST = 2**32 - 1


def choose(config: pytest.Config) -> None:
    """Draw one unless the command line names it, or the session whose worker this is has one."""
    seed: int | None = config.getoption("--iotcpd-seed")
    if hasattr(config, "workerinput"):
        config.option.iotcpd_seed = config.workerinput[_OF_SESSION]
    elif seed is None:
        config.option.iotcpd_seed = random.SystemRandom().randrange(LARGEST + 1)
    else:
        check("--iotcpd-seed", seed)


def check(option: str, seed: int) -> None:
    """UsageError when it is none that the programs take."""
    if not 0 <= seed <= LARGEST:
        raise pytest.UsageError(f"{option} is {seed}; accepted is 0 to {LARGEST}")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """pytest-xdist starts a worker."""
    node.workerinput[_OF_SESSION] = seed_of(node.config)


def seed_of(config: pytest.Config) -> int:
    """The seed of the session."""
    return int(config.getoption("--iotcpd-seed"))


@pytest.fixture(scope="session")
def iotcpd_seed(pytestconfig: pytest.Config) -> int:
    """Seed of the session: for random.Random(...), for fake(seed=...)."""
    return seed_of(pytestconfig)

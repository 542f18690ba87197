"""Who ends pytest in another way than Ctrl-C, as CI does with a job, ends the programs of its tests too.

pytest knows Ctrl-C alone: TERM would leave redirectors behind, and no report.
"""

import signal
import threading
import types

import pytest

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


def pytest_configure(config: pytest.Config) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    for number in _SIGNALS:
        if signal.getsignal(number) == signal.SIG_DFL:  # nohup has it ignored
            signal.signal(number, _interrupt)
            config.add_cleanup(_give_back)


def _give_back() -> None:
    for number in _SIGNALS:
        if signal.getsignal(number) in (_interrupt, _nothing):
            signal.signal(number, signal.SIG_DFL)


def _interrupt(*_: object) -> None:
    """As Ctrl-C does, but only once: `timeout` says it twice, which would interrupt the end of programs."""
    for number in _SIGNALS:
        if signal.getsignal(number) == _interrupt:
            signal.signal(number, _nothing)  # no SIG_IGN: programs would have it too
    raise KeyboardInterrupt


def _nothing(_number: int, _frame: types.FrameType | None) -> None:
    pass

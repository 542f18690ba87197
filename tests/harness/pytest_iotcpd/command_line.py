"""What the commands of this package have in common: python3 -m pytest_iotcpd.replay, scripts/soak."""

import os
import traceback
from collections.abc import Callable

INTERNAL_ERROR = os.EX_SOFTWARE


def exit_code(main: Callable[[], int]) -> int:
    """That of `main()`. What it raises is told with INTERNAL_ERROR: Python's own 1 is a verdict here."""
    try:
        return main()
    except Exception:
        traceback.print_exc()
        return INTERNAL_ERROR

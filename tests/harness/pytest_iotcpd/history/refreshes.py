"""Whether a rolling refresh is under way, as the log of the redirector tells."""

import re

_TOLD = re.compile(r" refresh (started|to be followed by another|done|aborted)")


def refresh_running(log_text: str) -> bool:
    """Some round has begun, or is to follow, and is not over."""
    running = again = False
    for what in _TOLD.findall(log_text):
        if what == "started":
            running = True
        elif what == "to be followed by another":
            again = True
        else:
            running, again = again, False
    return running

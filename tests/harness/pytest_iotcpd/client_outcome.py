"""What becomes of a request, as its client sees it."""

from .traffic import ERROR_REPLY as ERROR_LINE

REPLY, ERROR_REPLY, TIMEOUT, RESET, REFUSED = "reply", "error-reply", "timeout", "reset", "refused"
LEFT = "left"        #: the client went away on purpose
NOTHING = "nothing"  #: a clean end of the stream without a byte


def of_reply(received: bytes, error_reply: bytes = ERROR_LINE) -> str:
    """The outcome when the stream has come to a clean end after these bytes."""
    if not received:
        return NOTHING
    return ERROR_REPLY if received == error_reply else REPLY


def of_error(error: OSError) -> str:
    """The outcome when the connection has failed so."""
    if isinstance(error, TimeoutError):
        return TIMEOUT
    return REFUSED if isinstance(error, ConnectionRefusedError) else RESET

"""The matrix, as a table: every action of the grammar at every point, in every state, with every queue."""

from .cells import ENDED, QUEUES, STATES, Cell, Expect, Fault, Outcome

ECHO, FORGED, TIMEOUT = Outcome.ECHO, Outcome.FORGED, Outcome.TIMEOUT

#: Longest reply of the redirectors under test.
MAX_REPLY = 4096
_TOO_LONG = MAX_REPLY + 100  #: also when an ID is taken off

#: One of each action that may be at any point.
ANYWHERE = ("off", "sleep(20ms)", "spin(5ms)", "hang", "hold(gate)", "exit(7)", "kill(SEGV)", "abort",
            "extra-line(stray)", "late(stray, 10ms)", "chatter(10ms)", "close-stdout", "close-stdin",
            "stop-reading", "stderr(500)", "linger-child(1000s)", "ignore(USR1)")
IN_REPLIES = ("drop", "dribble(3, 1ms)", "truncate(3)", "no-newline", f"oversize({_TOO_LONG})",
              "garbage(50)", "duplicate", "wrong-id")
POINTS = ("startup", "idle", "before-read", "after-read", "before-reply", "mid-reply(3)", "after-reply",
          "on-term", "on-eof")

UNREAD = ("startup", "before-read")      #: the request, if there is one, is still in the pipe
READ = ("after-read", "before-reply", "mid-reply")
AFTERWARDS = ("idle", "after-reply")     #: the reply is with the client
EXCHANGE = ("before-read", *READ, "after-reply")
STOPPING = ("on-term", "on-eof")
#: States in which a daemon is being stopped.
ENDING_STATES = tuple(state for state in STATES if state.startswith("stopping "))

#: Points that a daemon in this state comes to.
POINTS_OF = {"starting": ("startup",), "probing": EXCHANGE, "idle": ("idle",), "serving": EXCHANGE,
             "sharing": EXCHANGE, "resting": AFTERWARDS, **dict.fromkeys(ENDING_STATES, STOPPING)}

ENDINGS = ("exit", "kill", "abort")
SILENT = ("hang", "drop", "truncate", "no-newline")
UNASKED = ("extra-line", "late", "chatter")
LATE = ("late", "chatter")


def all_faults() -> list[Fault]:
    faults = [Fault(point, action) for point in POINTS for action in ANYWHERE]
    faults += [Fault("before-reply", action) for action in IN_REPLIES]
    return [*faults, Fault("after-read", "drop")]


# -- no cell -----------------------------------------------------------------------------------

def not_applicable(fault: Fault, state: str, queue: str) -> str:
    """Why there is nothing to be seen in this cell; "" for one that has a meaning."""
    if fault.name == "off":
        return "does nothing, and does not count as fired"
    if fault.name == "wrong-id" and state != "sharing":
        return "changes channel IDs, and no request has any"
    if fault.place not in POINTS_OF[state]:
        return f"a daemon that is {state} does not come to {fault.place}"
    if state == "sharing" and (queue != "empty" or fault.name == "stop-reading"):
        return "it is the next request's affair, and which others its daemon has makes no difference to that"
    if queue == "pipelined" and state not in ("serving", *ENDING_STATES):
        return "requests of one connection wait like those of several until a daemon is at work"
    if queue != "empty":
        return _no_full_queue(fault, state)
    return ""


def _no_full_queue(fault: Fault, state: str) -> str:
    if state == "idle":
        return "an idle daemon is given the first of the queue at once"
    if state == "stopping on drain":
        return "daemons are stopped when nobody waits any more"
    if state in ENDING_STATES:
        return "the successor of a daemon that stops empties the queue"
    if state != "resting" and _meets_the_next_request(fault):
        return "the next request may have been handed out before: without --settle nobody can tell"
    return ""


def _meets_the_next_request(fault: Fault) -> bool:
    if fault.name in LATE:
        return True
    if fault.name == "extra-line":
        return fault.place != "before-reply"
    return fault.name == "close-stdout" and fault.place == "after-reply"


# -- expectations ------------------------------------------------------------------------------

def expectation(fault: Fault, state: str, queue: str) -> Expect:
    """What is promised in a cell that has a meaning."""
    if state in ENDING_STATES:
        return Expect(ends=_end_of_stopping(fault))
    if state == "probing":
        return _while_probing(fault)
    if state == "sharing":
        return _while_sharing(fault)
    met_by_request = state == "serving" or (state == "starting" and queue == "full")
    if met_by_request and fault.place in UNREAD:
        return _before_the_request_is_read(fault)
    if met_by_request and fault.place in READ:
        return _before_the_reply(fault)
    return _between_requests(fault, before_any_client=state in ("idle", "starting"))


def _between_requests(fault: Fault, before_any_client: bool = False) -> Expect:
    """Nobody waits for a reply; who comes next may notice. `before_any_client`: that is the client."""
    if fault.name in ("hang", "stop-reading"):
        if before_any_client:
            return Expect(client=TIMEOUT, condemned="timeout", at_once=False)
        return Expect(later=TIMEOUT, condemned="timeout", at_once=False)
    if fault.name in ENDINGS:
        return Expect(condemned=ENDED)
    if fault.name in UNASKED:
        return Expect(condemned="stray-output")
    if fault.name == "close-stdout":
        return Expect(condemned="closed-stdout")
    if fault.name == "close-stdin":
        return Expect(condemned="broken-stdin", at_once=False)
    return Expect()


def _before_the_request_is_read(fault: Fault) -> Expect:
    if fault.name in ("hang", "stop-reading"):
        return Expect(TIMEOUT, condemned="timeout")
    if fault.name == "extra-line":
        return Expect(FORGED, condemned="stray-output")
    if fault.name == "close-stdout":
        return Expect(Outcome.DEATH, condemned="closed-stdout")
    if fault.name == "close-stdin":
        return Expect(condemned="broken-stdin")
    return _between_requests(fault)  # what it has not read goes to another


def _before_the_reply(fault: Fault) -> Expect:
    if fault.name in SILENT:
        return Expect(TIMEOUT, condemned="timeout")
    if fault.name in ENDINGS:
        return Expect(Outcome.DEATH, condemned=ENDED)
    if fault.name == "close-stdout":
        return Expect(Outcome.DEATH, condemned="closed-stdout")
    if fault.name == "oversize":
        return Expect(Outcome.OVERSIZE, condemned="oversize-reply")
    if fault.name == "garbage":
        return Expect(FORGED)
    if fault.name == "duplicate":
        return Expect(condemned="stray-output")
    if fault.name == "extra-line":
        return Expect(FORGED if fault.place == "after-read" else ECHO, condemned="stray-output")
    return _between_requests(fault)


def _while_probing(fault: Fault) -> Expect:
    """The probe is the request that the fault meets; a client waits until a daemon is proven."""
    if fault.name in LATE or (fault.name == "extra-line" and fault.place in ("mid-reply", "after-reply")):
        return Expect(condemned="stray-output", or_else="probe")  # seen after the answer, or with it
    if fault.place == "after-reply":
        return _between_requests(fault, before_any_client=True)
    if fault.name == "stop-reading" and fault.place != "before-read":
        return _between_requests(fault, before_any_client=True)
    if fault.name in (*SILENT, "stop-reading", "extra-line", "oversize", "garbage", "duplicate"):
        silent = fault.name in SILENT or fault.name == "stop-reading"
        return Expect(condemned="probe", by_timeout=silent)
    return _between_requests(fault, before_any_client=True)


def _while_sharing(fault: Fault) -> Expect:
    """What has no ID that is outstanding condemns its daemon, and costs the other request its reply, too.
    Nor is taken back what a daemon has not read."""
    replied = fault.place == "after-reply"
    if fault.name in ENDINGS or fault.name == "close-stdout":
        condemned = ENDED if fault.name in ENDINGS else "closed-stdout"
        return Expect(ECHO if replied else Outcome.DEATH, Outcome.DEATH, condemned)
    if fault.name in UNASKED:
        first = fault.name == "extra-line" and fault.place in ("before-read", "after-read")
        return Expect(Outcome.DEATH if first else ECHO, Outcome.DEATH, "unknown-id")
    if fault.name in ("duplicate", "wrong-id", "garbage"):
        return Expect(ECHO if fault.name == "duplicate" else Outcome.DEATH, Outcome.DEATH, "unknown-id")
    if fault.name == "oversize":
        return Expect(Outcome.OVERSIZE, Outcome.DEATH, condemned="oversize-reply")
    if fault.name in SILENT and not replied:
        return Expect(TIMEOUT, TIMEOUT, condemned="timeout")
    if fault.name == "close-stdin":
        if fault.place in UNREAD:
            return Expect(Outcome.DEATH, Outcome.DEATH, "broken-stdin")
        return Expect(condemned="broken-stdin", at_once=False)
    return Expect()


def _end_of_stopping(fault: Fault) -> str:
    if fault.name in ENDINGS:
        return "fault"
    if fault.name not in ("hang", "hold"):
        return "term" if fault.place == "on-term" else "eof"
    return "killed" if fault.place == "on-term" else "term"


def _cell(fault: Fault, state: str, queue: str) -> Cell:
    reason = not_applicable(fault, state, queue)
    return Cell(fault, state, queue, None if reason else expectation(fault, state, queue), reason)


ALL_CELLS = [_cell(fault, state, queue)
             for state in STATES for queue in QUEUES for fault in all_faults()]
CELLS = [cell for cell in ALL_CELLS if cell.expect]

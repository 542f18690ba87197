"""What can go wrong in a soak: faults that requests bring along, faults of daemons, misbehaving
clients; each with how often at most."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Fault:
    """One that a request asks its daemon for. `share` is the part of the requests that do."""
    point: str
    action: str
    arguments: str = ""
    share: float = 0.001
    offset: str = ""

    @property
    def words(self) -> str:
        return f"@{self.point}{self.offset}={self.action}{self.arguments}"

    @property
    def key(self) -> tuple[str, str]:
        """What its journal lines say."""
        return self.point, self.action


#: Their clients get a reply all the same.
HARMLESS = (
    Fault("after-read", "sleep", "(2ms)", 0.01),
    Fault("after-read", "spin", "(500us)", 0.005),
    Fault("before-reply", "dribble", "(8,200us)", 0.005),
    Fault("before-reply", "stderr", "(2000)", 0.002),
    Fault("before-reply", "oversize", "(3000)", 0.005),
    Fault("after-reply", "stderr", "(300)", 0.002),
)
#: The daemon is at an end, and with it perhaps its request.
HARMFUL = (
    Fault("after-read", "exit", "(3)"),
    Fault("after-read", "kill", "(SEGV)"),
    Fault("after-read", "abort"),
    Fault("mid-reply", "exit", "(0)", offset="(30)"),
    Fault("before-reply", "extra-line", "(STRAY)"),
    Fault("before-reply", "duplicate"),
    Fault("before-reply", "close-stdout", share=0.0003),
    Fault("before-reply", "oversize", "(6000)"),
    Fault("after-reply", "exit", "(0)"),
    Fault("after-reply", "close-stdin", share=0.0003),
)
#: No reply comes: each costs a daemon its busy-timeout.
SILENT = (
    Fault("after-read", "hang", share=0.0001),
    Fault("before-reply", "drop", share=0.0001),
    Fault("before-reply", "truncate", "(5)", 0.0001),
    Fault("before-reply", "no-newline", share=0.0001),
    Fault("before-reply", "sleep", "(1500ms)", 0.0001),
)
#: Actions after which the next reply continues the line: of daemons that have several requests at a time,
#: nobody can tell.
RUNS_INTO_THE_NEXT = ("truncate", "no-newline")
#: Lines that come after the reply: only --settle can tell them from the next reply.
LATE = (
    Fault("after-reply", "late", "(LATE,2ms)", 0.05),
    Fault("after-reply", "late", "(LATER,uniform(1ms,8ms))", 0.05),
    Fault("after-reply", "chatter", "(5ms)", 0.05),
)

#: Faults of every daemon, as --fault takes them, and their keys. All draw lots.
OF_DAEMONS = {
    ("startup", "exit"): "startup = 10% exit(1)",
    ("startup", "sleep"): "startup = 20% sleep(uniform(1ms, 50ms))",
    ("startup", "stderr"): "startup = 20% stderr(2KiB)",
    ("on-eof", "hang"): "on-eof = 10% hang",
    ("before-read", "sleep"): "before-read = 0.5% sleep(exp(2ms))",
}

#: Kinds of misbehaviour of iotcpd-loadgen with their shares in percent.
MISBEHAVIOUR: dict[str, float] = {
    "slow-loris": 0.02, "half-close": 5, "abort-after-send": 2, "oversize": 0.1, "no-newline": 1, "rst": 2}
#: Of these the generator does not see how the redirector decides.
LEAVING = ("abort-after-send", "rst")

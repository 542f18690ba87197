"""What /proc tells about a process; one that has gone has no children, descriptors or memory."""

import ctypes
import os
import signal
from typing import NamedTuple

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def all_pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _stat_fields(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the third (state) on; the name before may contain anything."""
    text = _read(f"/proc/{pid}/stat").decode("latin-1")
    return text.rpartition(") ")[2].split()


def state(pid: int) -> str | None:
    """One letter (R, S, D, T, Z, ...), or None when there is no such process."""
    fields = _stat_fields(pid)
    return fields[0] if fields else None


def alive(pid: int) -> bool:
    return state(pid) not in (None, "Z", "X")


def parent(pid: int) -> int | None:
    fields = _stat_fields(pid)
    return int(fields[1]) if fields else None


def process_group(pid: int) -> int | None:
    fields = _stat_fields(pid)
    return int(fields[2]) if fields else None


def start_ticks(pid: int) -> int | None:
    """When it started, in ticks since the machine did: tells it from another one that has its pid."""
    fields = _stat_fields(pid)
    return int(fields[19]) if fields else None


def cpu_s(pid: int) -> float:
    """User and system time used so far, in seconds (resolution 10 ms)."""
    fields = _stat_fields(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S if fields else 0.0


def children(pid: int) -> list[int]:
    """Direct children, zombies included."""
    return sorted(child for child in all_pids() if parent(child) == pid)


def descendants(pid: int) -> list[int]:
    """Children, their children and so on, zombies included."""
    parents = {child: parent(child) for child in all_pids()}
    found: set[int] = set()
    frontier = {pid}
    while frontier:
        frontier = {child for child, of in parents.items() if of in frontier} - found
        found |= frontier
    return sorted(found)


def zombies(pid: int) -> list[int]:
    """Direct children that have ended and were not waited for."""
    return [child for child in children(pid) if state(child) == "Z"]


def open_fds(pid: int | str = "self") -> dict[int, str]:
    """{descriptor: link target} such as {0: 'pipe:[123]', 3: 'socket:[456]'}."""
    found: dict[int, str] = {}
    try:
        numbers = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return found
    for number in numbers:
        try:
            found[int(number)] = os.readlink(f"/proc/{pid}/fd/{number}")
        except OSError:
            pass
    return found


def status(pid: int) -> dict[str, str]:
    """/proc/PID/status as {name: value text}."""
    lines = _read(f"/proc/{pid}/status").decode("latin-1").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def rss_kib(pid: int) -> int:
    """Resident memory now (VmRSS)."""
    return int(status(pid).get("VmRSS", "0").split()[0])


def threads(pid: int) -> int:
    return int(status(pid).get("Threads", "0"))


def is_sanitized(program: str | os.PathLike[str]) -> bool:
    """Whether the file of a program was built with AddressSanitizer."""
    with open(program, "rb") as file:
        return b"__asan_init" in file.read()


def environment(pid: int) -> dict[bytes, bytes]:
    """Environment at its exec, as bytes to bytes."""
    words = _read(f"/proc/{pid}/environ").split(b"\0")
    parted = (word.partition(b"=") for word in words)
    return {name: value for name, equals, value in parted if equals}


def command_line(pid: int) -> list[str]:
    words = _read(f"/proc/{pid}/cmdline").split(b"\0")[:-1]
    return [word.decode("utf-8", "replace") for word in words]


def pids_with_environment(name: str, value: str) -> list[int]:
    """Live processes that carry NAME=VALUE: finds orphans wherever they were re-parented."""
    wanted = f"{name}={value}".encode()
    return [pid for pid in all_pids() if wanted in _read(f"/proc/{pid}/environ").split(b"\0")]


def _cpu_pressure() -> dict[str, str]:
    """What is told of times in which somebody waited for a CPU; nothing where nobody tells."""
    words = _read("/proc/pressure/cpu").partition(b"\n")[0].decode().split()[1:]
    return {name: value for name, _, value in (word.partition("=") for word in words)}


def cpu_pressure_percent() -> float:
    """Share of the last 10 s in which somebody waited for a CPU; 0 where nobody tells."""
    return float(_cpu_pressure().get("avg10", 0))


def cpu_stalled_s() -> float:
    """Seconds in which somebody waited for a CPU, since the machine's start; 0 where nobody tells."""
    return int(_cpu_pressure().get("total", 0)) / 1e6


class CpuTicks(NamedTuple):
    """Hundredths of a second of all processors together, since the machine's start."""
    idle: int
    stolen: int  #: by the hypervisor, for others
    working: int  #: for processes, their system calls included
    total: int


def cpu_ticks() -> CpuTicks:
    """Those of now; 0 where nobody tells."""
    ticks = [int(word) for word in _read("/proc/stat").split(b"\n", 1)[0].split()[1:9]] or [0] * 8
    return CpuTicks(idle=ticks[3] + ticks[4], stolen=ticks[7], working=sum(ticks[:3]), total=sum(ticks))


def family_ticks(pid: int) -> int:
    """Hundredths of a second that this process and its descendants have used so far, with those that were
    waited for."""
    fields = map(_stat_fields, [pid, *descendants(pid)])
    return sum(sum(map(int, of_one[11:15])) for of_one in fields if of_one)


def become_subreaper() -> None:
    """Orphans of our programs become our children, so that they can be found and reaped."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def get_signal_at_death_of_parent(signal_number: int) -> None:
    """For a child before its exec: however its parent ends, it does not outlive it unawares."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)


def kill_quietly(pid: int, signal_number: int = signal.SIGKILL) -> None:
    try:
        os.kill(pid, signal_number)
    except ProcessLookupError:
        pass


def reap_quietly(pid: int) -> bool:
    """Wait for `pid` if it is an ended child of ours; True when there was something to reap."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return False

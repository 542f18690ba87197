"""What /proc tells about a process; one that has gone has no children, descriptors or memory."""

import ctypes
import os
import signal

_PR_SET_CHILD_SUBREAPER = 36
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def _read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def all_pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _stat_fields(pid):
    """Fields of /proc/PID/stat from the third (state) on; the name before may contain anything."""
    text = _read(f"/proc/{pid}/stat").decode("latin-1")
    return text.rpartition(") ")[2].split()


def state(pid):
    """One letter (R, S, D, T, Z, ...), or None when there is no such process."""
    fields = _stat_fields(pid)
    return fields[0] if fields else None


def alive(pid):
    return state(pid) not in (None, "Z", "X")


def parent(pid):
    fields = _stat_fields(pid)
    return int(fields[1]) if fields else None


def process_group(pid):
    fields = _stat_fields(pid)
    return int(fields[2]) if fields else None


def cpu_s(pid):
    """User and system time used so far, in seconds (resolution 10 ms)."""
    fields = _stat_fields(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S if fields else 0.0


def children(pid):
    """Direct children, zombies included."""
    return sorted(child for child in all_pids() if parent(child) == pid)


def descendants(pid):
    """Children, their children and so on, zombies included."""
    parents = {child: parent(child) for child in all_pids()}
    found, frontier = set(), {pid}
    while frontier:
        frontier = {child for child, of in parents.items() if of in frontier} - found
        found |= frontier
    return sorted(found)


def zombies(pid):
    """Direct children that have ended and were not waited for."""
    return [child for child in children(pid) if state(child) == "Z"]


def open_fds(pid="self"):
    """{descriptor: link target} such as {0: 'pipe:[123]', 3: 'socket:[456]'}."""
    found = {}
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


def status(pid):
    """/proc/PID/status as {name: value text}."""
    lines = _read(f"/proc/{pid}/status").decode("latin-1").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def rss_kib(pid):
    """Resident memory now (VmRSS)."""
    return int(status(pid).get("VmRSS", "0").split()[0])


def threads(pid):
    return int(status(pid).get("Threads", "0"))


def is_sanitized(program):
    """Whether the file of a program was built with AddressSanitizer."""
    with open(program, "rb") as file:
        return b"__asan_init" in file.read()


def environment(pid):
    """Environment at its exec, as bytes to bytes."""
    words = _read(f"/proc/{pid}/environ").split(b"\0")
    return dict(word.split(b"=", 1) for word in words if b"=" in word)


def command_line(pid):
    words = _read(f"/proc/{pid}/cmdline").split(b"\0")[:-1]
    return [word.decode("utf-8", "replace") for word in words]


def pids_with_environment(name, value):
    """Live processes that carry NAME=VALUE: finds orphans wherever they were re-parented."""
    wanted = f"{name}={value}".encode()
    return [pid for pid in all_pids() if wanted in _read(f"/proc/{pid}/environ").split(b"\0")]


def cpu_pressure_percent():
    """Share of the last 10 s in which somebody waited for a CPU; 0 where nobody tells."""
    words = _read("/proc/pressure/cpu").decode().split()
    return max((float(word[6:]) for word in words if word.startswith("avg10=")), default=0.0)


def become_subreaper():
    """Orphans of our programs become our children, so that they can be found and reaped."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_quietly(pid, signal_number=signal.SIGKILL):
    try:
        os.kill(pid, signal_number)
    except ProcessLookupError:
        pass


def reap_quietly(pid):
    """Wait for `pid` if it is an ended child of ours; True when there was something to reap."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return False

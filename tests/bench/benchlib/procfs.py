"""What /proc tells about a process and about the machine."""

import os
import platform
import time


def cpu_s(pid):
    """CPU time of all threads of the process, without its children, in seconds.

    schedstat rather than stat: it counts nanoseconds, stat counts ticks of 10 ms.
    """
    return _schedstat_s(pid, 0)


def queued_s(pid):
    """How long its threads could have run but had to wait for a core, in seconds."""
    return _schedstat_s(pid, 1)


def _schedstat_s(pid, field):
    total_ns = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:
            total_ns += int(file.read().split()[field])
    return total_ns / 1e9


def core_idle_s(core):
    """How long the core has had nothing to do since boot, in seconds (steps of 10 ms)."""
    with open("/proc/stat", encoding="ascii") as file:
        for line in file:
            name, *ticks = line.split()
            if name == f"cpu{core}":
                return (int(ticks[3]) + int(ticks[4])) / os.sysconf("SC_CLK_TCK")
    raise ValueError(f"no core {core}")


def memory_bytes(pid):
    """VmRSS and RssAnon of the process."""
    found = {}
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name in ("VmRSS", "RssAnon"):
                found[name] = int(value.split()[0]) * 1024
    return found


def count_descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def _stat_fields(pid):
    """The fields of stat from the state on (index 0), or None when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def start_time(pid):
    """Names an incarnation of a pid; None when it has ended, whether or not anybody has noticed."""
    fields = _stat_fields(pid)
    return fields[19] if fields and fields[0] not in "ZX" else None


def state(pid):
    """Its letter in ps(1): R runs, S sleeps, T is stopped; None when it is gone."""
    fields = _stat_fields(pid)
    return fields[0] if fields else None


def children(pid):
    """The living children of the process. By parent: not every kernel has .../task/.../children."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = _stat_fields(name)
            if fields and int(fields[1]) == pid and fields[0] not in "ZX":
                found.append(int(name))
    return found


def stolen_share(before, after):
    """The share of the machine's time that the hypervisor gave to others between two snapshots."""
    spent = sum(after) - sum(before)
    return (after[7] - before[7]) / spent if spent else 0.0


def machine_times():
    with open("/proc/stat", encoding="ascii") as file:
        return [int(field) for field in file.readline().split()[1:9]]


def busy_share(seconds):
    """The share of all cores in use over the next `seconds`."""
    before = machine_times()
    time.sleep(seconds)
    spent = [after - earlier for after, earlier in zip(machine_times(), before)]
    return 1 - (spent[3] + spent[4]) / max(1, sum(spent))


def machine():
    """Cores, kernel and CPU model."""
    model = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return {
        "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "cpu": model,
    }

"""What processes have used: seconds of the processor, memory. Linux's /proc, nothing else."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


def cpu(pids) -> float:
    """Seconds that all threads of these processes have run. A process that has ended counts 0, so
    compare only what lived all the while."""
    total = 0
    for pid in pids:
        for thread in PROC.glob(f"{pid}/task/*/schedstat"):
            try:
                total += int(thread.read_text().split()[0])
            except (OSError, IndexError, ValueError):
                pass
    return total / 1e9


def busy() -> float:
    """Seconds that all cores together have worked, for anybody."""
    user, nice, system, _, _, irq, soft, steal = (
        int(n) for n in (PROC / "stat").read_text().split("\n", 1)[0].split()[1:9]
    )
    return (user + nice + system + irq + soft + steal) / TICKS


def pss(pids) -> float:
    """MB of memory, what is shared divided among those that share it."""
    total = 0
    for pid in pids:
        try:
            lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def with_children(pid: int) -> list[int]:
    parents = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
                )
            except (OSError, IndexError):
                pass
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def title(pid: int) -> str:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


class PeakMemory:
    """MB that what is done inside the `with` added at its highest, over what was there before."""

    def __enter__(self):
        (PROC / "self/clear_refs").write_text("5")  # the mark of the highest begins anew
        self.before = self._line("VmRSS")
        return self

    def __exit__(self, *error):
        self.added = self._line("VmHWM") - self.before

    @staticmethod
    def _line(name: str) -> float:
        for line in (PROC / "self/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) / 1024
        raise LookupError(name)


@dataclass(frozen=True)
class Moment:
    """To tell how much others on the machine worked meanwhile."""

    at: float
    busy: float
    ours: float

    @classmethod
    def now(cls, pids) -> "Moment":
        times = os.times()
        return cls(perf_counter(), busy(), cpu(pids) + times.user + times.system)

    def others_since(self, earlier: "Moment") -> float:
        """In cores."""
        others = (self.busy - earlier.busy) - (self.ours - earlier.ours)
        return max(0.0, others) / max(self.at - earlier.at, 1e-9)


def wait_until_quiet(pids, most: float) -> None:
    """At most so many seconds, for one in which others use less than a sixth of a core."""
    end = perf_counter() + most
    while perf_counter() < end:
        before = Moment.now(pids)
        sleep(0.5)
        if Moment.now(pids).others_since(before) < 0.15:
            return


def speed_of_machine() -> dict[str, float]:
    """ms of two fixed tasks, to compare runs of different days or machines."""

    def loop():
        x, seen = 0, {}
        for n in range(300_000):
            x = (x * 31 + n) & 0xFFFFFF
            seen[x & 1023] = n

    def digest():
        hashlib.sha256(bytes(30_000_000)).digest()

    def least(task):
        times = []
        for _ in range(3):
            begun = perf_counter()
            task()
            times.append(perf_counter() - begun)
        return round(min(times) * 1000, 1)

    return {"python_loop_ms": least(loop), "sha256_30MB_ms": least(digest)}

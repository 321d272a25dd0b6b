"""F19: every form of the site, as each role, bent in every way: 5,000 requests, in two processes.

The requests are made by the suite's own test (cchc/tests/test_fuzzed_forms.py), in one process each and
on a database of its own; FUZZ_SEED=n there sends the same ones again.
"""

import os
import re
import subprocess
import sys

from faults import Found
from faults.office import BASE

TITLE = "fuzzing of all forms"
NO_CONTROL = "an answer of 500 is found by the same line that counts them"
REQUESTS, SEEDS = 5_000, (1, 2)


def fault(office_of, protected: bool) -> Found:
    running = [begun(office_of.folder / f"fuzz-{seed}", seed) for seed in SEEDS]
    done, wrong = 0, []
    for process, seed in zip(running, SEEDS, strict=True):
        said = process.communicate()[0]
        counted = re.search(r"^([0-9]+) requests from ([0-9]+) forms", said, re.M)
        if process.returncode or not counted:
            failing = re.findall(r"^E  .*", said, re.M)
            wrong.append(f"seed {seed}: " + " ".join(failing[:12] or [said[-500:]]))
        else:
            done += int(counted[1])
    told = f"{done} requests, answers of 500: {len(wrong)}"
    return Found(not wrong and done >= REQUESTS, "; ".join([told, *wrong]))


def begun(folder, seed: int) -> subprocess.Popen:
    (folder / "static").mkdir(parents=True)
    told = {"DATA_DIR": str(folder), "FUZZ_SEED": str(seed), "LOG_LEVEL": "CRITICAL"}
    told["FUZZ_REQUESTS"] = str(REQUESTS // len(SEEDS))
    test = "cchc/tests/test_fuzzed_forms.py"
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:logging", "-n", "0", test],
        cwd=BASE,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"} | told,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

"""What the application costs, beside a floor, on this machine: see --help.

python -m bench                                            SQLite, 2,500 assignments
python -m bench --engine postgresql --assignments 100000 --json now.json --compare old.json
python -m bench --only plan,update --quick
python -m bench --only memory --requests 10000             whether memory grows
python -m bench profile dashboard                          where a page's time goes
python -m bench explain --engine postgresql --assignments 100000   no page reads a large table whole
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

from bench import files, goals, measuring, pages, processes, table
from bench.arithmetic import Line, what_got_worse
from bench.databases import APPLICATION, Databases
from bench.explain import explain
from bench.profile import profile
from bench.run import Bench, say

WHOLE = ("update", "update-file", "load", "memory")
NAMES = (*pages.NAMES, *WHOLE, *files.CASES)


def arguments():
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", nargs="*", metavar="profile NAME | explain",
                        help="a page's profile, or the plans of all queries, instead")  # fmt: skip
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--assignments", type=int, default=2500, help="2500 (default) or 100000")
    parser.add_argument("--quick", action="store_true", help="a tenth of the requests")
    parser.add_argument("--only", default="", metavar="NAME,...", help=", ".join(NAMES))
    parser.add_argument(
        "--data", type=Path, default=Path(tempfile.gettempdir(), "cchc-bench"),
        help="where seeded databases are kept (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--requests", type=int, help="for memory (2000; with --quick 500)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found")
    parser.add_argument("--compare", type=Path, metavar="OLD", help="say what got worse since")
    parser.add_argument("--out", type=Path, help="of profile (default: profile-NAME.txt)")
    asked = parser.parse_args()
    asked.only = {name for name in asked.only.split(",") if name}
    if unknown := asked.only - set(NAMES):
        parser.error(f"--only knows {', '.join(NAMES)}; not {', '.join(sorted(unknown))}")
    match asked.what:
        case [] | ["explain"]:
            pass
        case ["profile", name] if name in pages.NAMES:
            pass
        case ["profile", *_]:
            parser.error(f"profile knows {', '.join(pages.NAMES)}")
        case _:
            parser.error("profile NAME, explain, or nothing")
    if asked.what == ["explain"] and asked.engine != "postgresql":
        parser.error("explain is of PostgreSQL: --engine postgresql")
    return asked


@contextmanager
def databases(asked):
    """The seeds in their folder, copies in one that is gone at the end."""
    asked.data.mkdir(mode=0o711, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=asked.data))
    try:
        with Databases(asked.data.resolve(), folder.resolve(), asked.engine) as made:
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def begun(asked) -> dict:
    return {
        "engine": asked.engine,
        "assignments": asked.assignments,
        "when": time.strftime("%Y-%m-%dT%H:%M:%S"),
        "cores": os.cpu_count(),
        "quick": asked.quick,
        "machine": processes.speed_of_machine(),
        "pages": {},
        "files": {},
    }


def measure(asked, found: dict):
    """Into `found`, piece by piece: a run that is stopped tells what it has."""
    wanted = asked.only or set(NAMES)
    if wanted & {*pages.NAMES, *WHOLE}:
        with ExitStack() as stack:
            made = stack.enter_context(databases(asked))
            bench = Bench(made, asked.assignments, asked.quick, stack)
            bench.pages(wanted, found["pages"])
            if "update" in wanted:
                found["update"] = bench.update(with_file=False)
            if "update-file" in wanted:
                found["update-file"] = bench.update(with_file=True)
            if "load" in wanted:
                found["load"] = bench.load({})
                found["load-fresh"] = bench.load(measuring.MADE_ANEW)
            if "memory" in wanted:
                found["memory"] = bench.memory(asked.requests or (500 if asked.quick else 2000))
    for case in files.CASES:
        if case in wanted:
            say(f"{case} ...")
            found["files"][case] = files.measured(case, 2 if asked.quick else 3)


def tell(found: dict, lines: list[Line], asked):
    print(f"{found['assignments']:,} assignments, {found['engine']}, {found['when']}")
    for part in (table.disturbed(found), table.pages_table(found), table.lines_table(lines)):
        print(*part, "", sep="\n")
    if asked.compare:
        old = json.loads(asked.compare.read_text("utf-8"))
        alike = ("engine", "assignments")
        if any(old[name] != found[name] for name in alike):
            print(f"{asked.compare} was run on {old['engine']} with {old['assignments']}.")
        before = [Line(**line) for line in old["lines"]]
        print(*table.worse_table(what_got_worse(before, lines), str(asked.compare)), sep="\n")


def main():
    asked = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are stopped
    if asked.what:
        with databases(asked) as made:
            copy = made.copy(APPLICATION, asked.assignments)
            if asked.what == ["explain"]:
                sys.exit(explain(copy))
            name = asked.what[1]
            profile(name, copy, asked.out or Path(f"profile-{name}.txt"))
        return
    found = begun(asked)
    try:
        measure(asked, found)
    finally:
        report(found, asked)


def report(found: dict, asked):
    most = {page.name: page.most_queries for page in pages.PAGES}
    lines = goals.lines_of(found, most)
    tell(found, lines, asked)
    if asked.json:
        for one in [
            *found.get("pages", {}).values(),
            found.get("update"),
            found.get("update-file"),
        ]:
            if one:
                del one["times"]
        asked.json.write_text(
            json.dumps(found | {"lines": [asdict(line) for line in lines]}, indent=1), "utf-8"
        )


if __name__ == "__main__":
    main()

"""python -m faults [F1 F6 ...] [--engine sqlite|postgresql] [--no-controls]: one line for each."""

import argparse
import signal
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

from faults import Found
from faults.office import Offices, engines_here

SIDE_BY_SIDE = 2


def main() -> int:
    asked = arguments()
    known = {
        name_of(path): path.stem for path in sorted(Path(__file__).parent.glob("f[0-9]*_*.py"))
    }
    unknown = set(asked.faults) - set(known)
    if unknown:
        sys.exit(f"Không có {', '.join(sorted(unknown))}; có: {' '.join(known)}")
    engines = (asked.engine,) if asked.engine else engines_here()
    if "postgresql" not in engines and not asked.engine:
        print("PostgreSQL is not installed: SQLite only, which is not the whole.", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    offices, good, begun = Offices(engines), True, time.monotonic()
    try:
        modules = {name: import_module(f"faults.{known[name]}") for name in asked.faults or known}
        alone = [name for name in modules if hasattr(modules[name], "ALONE")]
        for name in alone:
            good &= one(name, modules[name], offices, asked.controls)
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            others = [name for name in modules if name not in alone]
            others.sort(key=lambda name: not hasattr(modules[name], "LONG"))
            try:
                done = [pool.submit(one, n, modules[n], offices, asked.controls) for n in others]
                good &= all([found.result() for found in done])
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                offices.close()  # what still runs finds nobody
                raise
    finally:
        offices.close()
    print(f"{'ok' if good else 'FAILED'}, {time.monotonic() - begun:.0f} s", flush=True)
    return 0 if good else 1


def one(name: str, module, offices: Offices, controls: bool) -> bool:
    begun = time.monotonic()
    with_it = tried(module, offices, True)
    good, line = with_it.ok, f"{module.TITLE}: {with_it.figures}"
    if controls and not hasattr(module, "NO_CONTROL"):
        without = tried(module, offices, False)
        # Whatever else went wrong with the harness itself proves nothing either.
        failed = not without.ok and not without.figures.startswith("broke:")
        good &= failed
        line += f"  [without: {without.figures}{'' if failed else ' - AND DID NOT FAIL'}]"
    state = "ok  " if good else "FAIL"
    print(f"{name:<4}{state} {line}  {time.monotonic() - begun:.0f} s", flush=True)
    return good


def tried(module, offices: Offices, protected: bool) -> Found:
    try:
        return module.fault(offices, protected)
    except Exception as error:
        traceback.print_exc()
        return Found(False, f"broke: {type(error).__name__}: {str(error)[:300]}")


def name_of(path: Path) -> str:
    """f01_two_editors.py is F1."""
    return f"F{int(path.stem[1:].partition('_')[0])}"


def arguments():
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("faults", nargs="*", type=str.upper, help="F1 F6 ...; none: all of them")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), help="only this one")
    parser.add_argument("--no-controls", dest="controls", action="store_false",
                        help="not a second time without the protection")  # fmt: skip
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

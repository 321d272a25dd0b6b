"""What must not happen to an office, made to happen: `python -m faults`.

Each `fNN_name.py` holds one fault: its TITLE and `fault(office_of, protected)`, which starts an
office, does the damage and says what it found. It runs a second time with the protection that it is
about switched off, and must then find the damage: a test that cannot fail proves nothing. Two faults
befall two offices at the same time, but for those that say `ALONE`: they measure how long somebody
waits, take both cores, or stop the database's server. The `LONG` ones begin first.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """`ok`: nothing was harmed. `figures`: what was counted, for the line that is printed."""

    ok: bool
    figures: str


def on_each(engines, do) -> list:
    """What `do(engine)` says of each, all of them at the same time."""
    with ThreadPoolExecutor(len(engines)) as pool:
        return list(pool.map(do, engines))

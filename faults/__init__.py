"""What must not happen to an office, made to happen: `python -m faults`.

Each `fNN_name.py` holds one fault: its TITLE and `fault(office_of, protected)`, which starts an
office, does the damage and says what it found. It runs a second time with the protection that it is
about switched off, and must then find the damage: a test that cannot fail proves nothing.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """`ok`: nothing was harmed. `figures`: what was counted, for the line that is printed."""

    ok: bool
    figures: str

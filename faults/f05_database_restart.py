"""F5: the database goes while people write. PostgreSQL restarts (fast; immediate, as from a crash;
and while nobody asks it anything); SQLite's one file is held by another process for eight seconds.
"""

import sqlite3
import threading
import time
from collections import Counter

from faults import Found, on_each
from faults.closing import after
from faults.f01_two_editors import begun, save, standing
from faults.people import Person

TITLE = "the database restarts or is held"
ALONE = True
WRITERS, HELD, HELD_WITHOUT = 4, 8, 3  # people, seconds
LONGEST_WAIT = HELD + 7


def fault(office_of, protected: bool) -> Found:
    def befalls(engine: str) -> Found:
        without = None if protected else without_patience
        with office_of(engine, workers=4, without=without) as office:
            found = (restarted if engine == "postgresql" else held)(office, protected)
            wrong = after(office) if protected else []
        return Found(found.ok and not wrong, ", ".join([f"{engine} {found.figures}", *wrong]))

    found = on_each(office_of.engines, befalls)
    good = (all if protected else any)(one.ok for one in found)
    return Found(good, "; ".join(one.figures for one in found))


class Writer(threading.Thread):
    """Writes one number after the other into a paragraph of their own; the same again until it is
    acknowledged."""

    def __init__(self, office, number: int):
        super().__init__(daemon=True)
        self.person = Person(office, f"dieuphoi.{number + 1}")
        self.paragraph = begun(self.person)
        self.acknowledged, self.ended = 0, threading.Event()
        self.answers: list[tuple[float, int, float]] = []  # when, status, seconds

    def run(self):
        version, number = 1, 1
        while not self.ended.is_set():
            begun_at = time.monotonic()
            answer = save(self.person, self.paragraph, version, str(number))
            now = time.monotonic()
            self.answers.append((now, answer.status, now - begun_at))
            if answer.status == 200:
                self.acknowledged, version, number = number, answer.json()["version"], number + 1
            else:
                time.sleep(0.2)

    def kept(self) -> bool:
        now = standing(self.person, self.paragraph)
        return int(now["text"].split()[0]) >= self.acknowledged > 0


def written(office, trouble, rest: float):
    """What the writers were told: (at the trouble, after it, all kept, longest wait)."""
    writers = [Writer(office, number) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    time.sleep(2)
    over = trouble()
    time.sleep(rest)
    for writer in writers:
        writer.ended.set()
    for writer in writers:
        writer.join(60)
    answers = [one for writer in writers for one in writer.answers]
    during = Counter(status for at, status, _ in answers if at <= over)
    later = Counter(status for at, status, _ in answers if at > over)
    kept = all(writer.kept() for writer in writers)
    return during, later, kept, max(seconds for *_, seconds in answers)


def restarted(office, protected: bool) -> Found:
    told, good = [], True
    for mode in ("fast", "immediate") if protected else ():

        def trouble(mode=mode):
            office.database.stop(mode)
            time.sleep(1)
            office.database.start()
            return time.monotonic() + 1  # what was under way gets its answer

        during, later, kept, _ = written(office, trouble, 4)
        good &= kept and set(during) <= {200, 503} and during[503] > 0 and set(later) == {200}
        told.append(
            f"{mode}: {dict(during)}, after it {dict(later)}, {'all' if kept else 'NOT ALL'} kept"
        )
    people = [Person(office, f"dieuphoi.{number + 1}") for number in range(WRITERS)]
    for person in people:  # each worker has a line to the database
        for _ in range(3):
            person.get("/bao-cao/")
    office.database.stop("fast")
    office.database.start()
    idle = Counter(person.get("/bao-cao/").status for person in people * 4)
    told.append(f"idle: {dict(idle)}")
    return Found(good and set(idle) == {200}, ", ".join(told))


def held(office, protected: bool) -> Found:
    seconds = HELD if protected else HELD_WITHOUT

    def trouble():
        line = sqlite3.connect(office.sqlite, timeout=20, isolation_level=None)
        line.execute("BEGIN EXCLUSIVE")
        time.sleep(seconds)
        line.execute("ROLLBACK")
        line.close()
        return time.monotonic() + 1

    during, later, kept, longest = written(office, trouble, 3 if protected else 1)
    good = kept and set(during) == set(later) == {200} and longest <= LONGEST_WAIT
    figures = (
        f"held {seconds} s: {dict(during)}, after it {dict(later)}, {'all' if kept else 'NOT ALL'} kept, "
        f"longest wait {longest:.0f} s"
    )
    return Found(good, figures)


def without_patience():
    """PostgreSQL: a line is used without asking whether it still stands; SQLite: nobody waits."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    database["CONN_HEALTH_CHECKS"] = False
    if "timeout" in database["OPTIONS"]:
        database["OPTIONS"]["timeout"] = 1

"""F1: eight people edit one paragraph of a report at once, as fast as they can.

The paragraph holds a counter for each of them. Everybody raises their own in the text as they last saw
it; what the counters lack at the end has been lost.
"""

import multiprocessing
import re
import secrets
from collections import Counter

from faults import Found
from faults.closing import after
from faults.people import Person

TITLE = "two editors, one record"
ALONE = True
EDITORS, EDITS, EDITS_WITHOUT = 8, 250, 10
SCRIPT = {"HX_Request": "true"}  # as the editor's script sends it; the answer is JSON


def fault(office_of, protected: bool) -> Found:
    told, good = [], True
    for engine in office_of.engines:
        without = None if protected else without_versions
        with office_of(engine, workers=4, without=without) as office:
            wanted = EDITORS * (EDITS if protected else EDITS_WITHOUT)
            found = edited(office, wanted // EDITORS)
            done, refused, broken = found.pop("done"), found.pop("refused"), found.pop("broken")
            lost, version = done - found["counted"], found["version"] - 1
            whole = done + refused == wanted and version == done and lost == 0 and not broken
            wrong = after(office) if protected else []
            good &= whole and not wrong
        told.append(
            f"{engine} {done} saved + {refused} x 409 = {done + refused} of {wanted}, "
            f"version {version}, lost {lost}, 5xx {broken}{' '.join(['', *wrong])}"
            if protected
            else f"{engine} lost {lost} of {done}"
        )
    return Found(good, "; ".join(told))


def edited(office, edits: int) -> dict:
    paragraph = begun(Person(office, "dieuphoi"))
    fork = multiprocessing.get_context("fork")
    ready = fork.Barrier(EDITORS)
    with fork.Pool(EDITORS, _begin, (ready, office.url, paragraph, edits)) as pool:
        counts = sum(pool.map(edit, range(EDITORS), chunksize=1), Counter())
    now = standing(Person(office, "dieuphoi"), paragraph)
    counted = sum(map(int, now["text"].split()))
    broken = sum(number for status, number in counts.items() if status not in (200, 409))
    return {
        "done": counts[200], "refused": counts[409], "broken": broken,
        "version": now["version"], "counted": counted,
    }  # fmt: skip


def begun(person: Person) -> tuple[int, str]:
    """A report's section, and the key of a new paragraph in it."""
    period = re.search(r'"/bao-cao/((?:quy|nam)-[\d-]+)/', person.get("/bao-cao/").text)[1]
    person.post(f"/bao-cao/{period}/lap/", {})
    page = person.get(f"/bao-cao/{period}/soan/").text
    section = int(re.search(r"/bao-cao/muc/(\d+)/", page)[1])
    key = f"them:{secrets.token_hex(8)}"
    typed = {"key": key, "version": 0, "text": " ".join("0" * EDITORS), "base": "", "after": ""}
    added = person.post(f"/bao-cao/muc/{section}/them/", typed, **SCRIPT)
    if added.status != 200:
        raise RuntimeError(f"No paragraph to edit: {added.status} {added.text[:300]}")
    person.leave()
    return section, key


def save(person: Person, paragraph: tuple[int, str], version: int, text: str):
    section, key = paragraph
    typed = {"key": key, "version": version, "text": text, "base": ""}
    return person.post(f"/bao-cao/muc/{section}/doan/", typed, **SCRIPT)


def standing(person: Person, paragraph: tuple[int, str]) -> dict:
    """The paragraph as it stands: what somebody is told who writes it as a new one."""
    return save(person, paragraph, 0, "?").json()


def _begin(*told):
    global ready, url, paragraph, edits
    ready, url, paragraph, edits = told


def edit(number: int) -> Counter:
    person = Person(url, f"dieuphoi.{number + 1}")
    ready.wait(120)
    statuses, version, counters = Counter(), 1, ["0"] * EDITORS
    for _ in range(edits):
        mine = [*counters]
        mine[number] = str(int(mine[number]) + 1)
        answer = save(person, paragraph, version, " ".join(mine))
        statuses[answer.status] += 1
        if answer.status in (200, 409):
            now = answer.json()
            version, counters = now["version"], now["text"].split()
    return statuses


def without_versions():
    """Read, change, save: what an application does that asks nobody which version was seen."""
    from reports import writing

    def replace(section, key, seen_version, by, at, **values):
        passage = section.passages.get(key=key)
        for name, value in {**values, "by": by, "at": at, "version": passage.version + 1}.items():
            setattr(passage, name, value)
        passage.save()
        writing._tell(section, "passage_written", passage, by, at)
        return passage

    writing._replace = replace

"""F8: a hundred damaged Excel files, and those that were made to hurt."""

import io
import random
import signal
import struct
import threading
import time
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from faults import Found
from faults.closing import after
from faults.people import Person
from faults.work import MEMBER, counts

TITLE = "damaged and hostile Excel files"
SEED, DAMAGED = 20241216, 100
MB = 1024 * 1024
LONG = True
SECONDS, GROWN = 2, 100  # for one file (5 when the machine is busy), MB of a worker's memory
BUSY = 2.5
SENDERS = 2  # as many as there are workers
SHEET = "xl/worksheets/sheet1.xml"
DOWNLOAD, UPLOAD = "/viec-cua-don-vi/excel/?nam=2024", "/viec-cua-don-vi/excel/nap/?nam=2024"


def fault(office_of, protected: bool) -> Found:
    with office_of(workers=SENDERS, without=None if protected else without_doors) as office:
        people = [Person(office, MEMBER, timeout=SECONDS * BUSY + 1) for _ in range(SENDERS)]
        good = people[0].get(DOWNLOAD).body
        people[0].leave()
        before, memory = counts(office), resident(office)
        # Without the doors the first is enough, and takes gigabytes.
        files, turn = hostile(good, DAMAGED if protected else 0), threading.Lock()
        sent = sending(people, files if protected else [next(files)], turn)
        grown = resident(office) - memory
        if not protected:
            office.stop(signal.SIGKILL)
        rows = counts(office)
        wrong = after(office) if protected else []
    statuses = Counter(status for _, status, _ in sent)
    named, _, slowest = max(sent, key=lambda one: one[-1])
    written = sum(rows[what] != before[what] for what in ("updates", "documents", "rows of files"))
    broken = sum(number for status, number in statuses.items() if not 200 <= status < 500)
    figures = (
        f"{statuses.total()} files, answers of 5xx {broken}, refused {statuses[422]}, rows written "
        f"{written}, slowest {slowest:.1f} s ({named}), a worker's memory +{max(0, grown):.0f} MB"
    )
    good = not broken and not written and slowest < SECONDS * BUSY and grown < GROWN and not wrong
    return Found(good, "; ".join([figures, *wrong]))


def sending(people, files, turn) -> list[tuple[str, int, float]]:
    """(name, status, seconds) of each file; one of the people has it, whoever is free."""
    files = iter(files)

    def send(person) -> list:
        sent = []
        while True:
            with turn:
                name, content = next(files, ("", b""))
            if not name:
                return sent
            begun = time.monotonic()
            answer = person.post(UPLOAD, {}, {"file": ("viec.xlsx", content)})
            sent.append((name, answer.status, time.monotonic() - begun))
            person.leave()

    with ThreadPoolExecutor(len(people)) as pool:
        return [one for sent in pool.map(send, people) for one in sent]


def resident(office) -> float:
    """MB that the biggest worker has ever had."""
    peaks = []
    for worker in office.workers():
        status = Path(f"/proc/{worker}/status").read_text()
        peaks.append(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
    return max(peaks)


def hostile(good: bytes, damaged: int):
    parts = members(good)
    yield "sheet bomb", with_blank(parts, 60)
    yield "strings bomb", strings(parts, 60 * MB)
    yield "liar about sizes", liar(with_blank(parts, 60))
    yield "laughs", doctype(parts, '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>')
    yield "xxe", doctype(parts, '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>')
    yield "path", packed(parts | {"../../x.xml": b"x"})
    yield "10,001 members", packed(parts | {f"xl/x{n}.xml": b"" for n in range(10_001)})
    yield "macros", packed(parts | {"xl/vbaProject.bin": b"x"})
    dice = random.Random(SEED)
    for number in range(damaged):
        yield f"damage {number}", mutated(good, dice)


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def with_blank(parts: dict, megabytes: int) -> bytes:
    """One row's empty cells, so many that a parser is long at it."""
    cells = b"<row>" + b"<c/>" * (megabytes * MB // 4) + b"</row>"
    return packed(parts | {SHEET: parts[SHEET].replace(b"<sheetData>", b"<sheetData>" + cells)})


def strings(parts: dict, size: int) -> bytes:
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    told = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
    types = parts["[Content_Types].xml"].replace(b"</Types>", told)
    body = b'<sst xmlns="%s">%s</sst>' % (main, b"<si><t>x</t></si>" * (size // 17))
    return packed(parts | {"[Content_Types].xml": types, "xl/sharedStrings.xml": body})


def liar(bomb: bytes) -> bytes:
    """The directory says 1,000 bytes; 60 MB would come out."""
    lying = bytearray(bomb)
    struct.pack_into("<I", lying, lying.rindex(SHEET.encode()) - 46 + 24, 1_000)
    return bytes(lying)


def doctype(parts: dict, told: str) -> bytes:
    xml = parts[SHEET].decode()
    start = xml.index("<worksheet")
    row = '<row r="9"><c r="F9" t="inlineStr"><is><t>&a;</t></is></c></row></sheetData>'
    xml = xml[:start] + told + xml[start:].replace("</sheetData>", row)
    return packed(parts | {SHEET: xml.encode()})


def mutated(content: bytes, dice: random.Random) -> bytes:
    damaged, kind = bytearray(content), dice.choice(("bits", "bits", "cut", "hole", "member"))
    if kind == "bits":
        for _ in range(dice.randint(1, 20)):
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
    elif kind == "cut":
        del damaged[dice.randrange(len(damaged)) :]
    elif kind == "hole":
        start = dice.randrange(len(damaged))
        del damaged[start : start + dice.randint(1, 500)]
    else:
        parts = members(content)
        return packed(parts | {dice.choice(sorted(parts)): dice.randbytes(300)})
    return bytes(damaged)


def without_doors():
    """The file is opened as it is, in the server's own process."""
    from cchc import archives, sheet_child, workbooks

    archives.check = lambda upload, **_: None
    sheet_child.MOST_LETTERS = 10**12

    def here(content):
        try:
            return {"sheets": sheet_child.read(content, 10**6, 10**4)}
        except Exception:
            return {"refused": "damaged"}

    workbooks._ask_child = here

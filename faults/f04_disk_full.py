"""F4: no room on the disk that has the database and the files (SQLite; a small disk in memory, which
only root can make). Reading goes on, what can't be written is refused in words and leaves nothing,
and when there is room again the next write works, in the same processes.
"""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

from faults import Found
from faults.closing import after
from faults.people import Person
from faults.seeding import pdf
from faults.work import address, opened, pieces

TITLE = "the disk is full"
ROOM = 12 * 2**20  # more than the office has at its start
READ = ("/", "/viec-cua-don-vi/", "/ke-hoach/", "/van-ban/", "/chi-tieu/")
SIZES = (1_000_000, 4_000_000)  # one is taken in in memory, one in a file


def fault(office_of, protected: bool) -> Found:
    if os.getuid() != 0:
        return Found(False, "not run: only root can mount a small disk")
    office_of.seed("sqlite")
    with small_disk(office_of.folder) as disk:
        without = a_minute_later if protected else without_care
        with office_of("sqlite", folder=disk, without=without) as office:
            found = filled(office, disk)
            wrong = after(office) if protected else []
    return Found(found.ok and not wrong, ", ".join([found.figures, *wrong]))


@contextmanager
def small_disk(folder: Path):
    disk = folder / "disk"
    disk.mkdir()
    files = [path for path in (folder / "seeded-sqlite").rglob("*") if path.is_file()]
    size = sum(path.stat().st_size + 4096 for path in files) + ROOM
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "faults", str(disk)], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
        disk.rmdir()


def filled(office, disk: Path) -> Found:
    person, open_ones = Person(office, "ttpvks"), pieces(office)
    forms = {piece: opened(person, piece) for piece in open_ones[: len(SIZES) + 1]}
    workers = set(office.workers())
    before = left(office)
    filler = fill(disk)
    refused = [
        send(person, piece, form, size)
        for (piece, form), size in zip(forms.items(), (*SIZES, 0), strict=True)
    ]
    said = all(answer.status == 302 or in_words(answer) for answer in refused)
    reads = [person.get(path).status for path in READ]
    partial = left(office) - before
    filler.unlink()
    again = [
        send(person, piece, form, size).status
        for (piece, form), size in zip(forms.items(), (*SIZES, 0), strict=True)
    ]
    same = set(office.workers()) == workers
    files_refused = all(answer.status in (503, 507) for answer in refused[: len(SIZES)])
    good = said and files_refused and set(reads) == {200} and not partial and set(again) == {302}
    figures = (
        f"writes {[answer.status for answer in refused]}{'' if said else ' NOT IN WORDS'}, "
        f"reads {reads}, {len(partial)} partial files, room again: {again}"
        f"{'' if same else ', OTHER WORKERS'}"
    )
    return Found(good and same, figures)


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as out:
        for size in (2**20, 4096):
            try:
                while out.write(bytes(size)):
                    pass
            except OSError:
                continue
    return filler


def send(person, piece, form, size: int):
    data = form | {"result": f"Đã làm xong bước {size}."}
    if not size:
        return person.post(address(piece), data)
    data |= {
        "vb-0-number": f"{size}/BC", "vb-0-issued_on": "16/04/2024", "vb-0-kind": "Báo cáo",
        "vb-0-summary": f"Bản {size} byte", "vb-0-issuer": "Trung tâm",
    }  # fmt: skip
    return person.post(address(piece), data, {"vb-0-file": (f"{size}.pdf", pdf(size, size))})


def in_words(answer) -> bool:
    return answer.status in (503, 507) and (
        "hết chỗ" in answer.text or "Hệ thống đang bận" in answer.text
    )


def left(office) -> set[Path]:
    folders = (office.folder / "tmp", office.data / "media", office.data / "uploading")
    return {path for folder in folders for path in folder.rglob("*") if path.is_file()}


# --- in the workers


def a_minute_later():
    """Each request of a session is written down: as a minute after the one before it."""
    from cchc.sign_in import sessions

    sessions.WRITTEN_EVERY = 0


def without_care():
    """A file is written under its name at once, and no error has a page of its own."""
    import hashlib

    from cchc import errors, stores

    def put(self, source):
        content = source.read()
        sha256 = hashlib.sha256(content).hexdigest()
        self.path(sha256).parent.mkdir(parents=True, exist_ok=True)
        with self.path(sha256).open("wb") as out:
            out.write(content)
        return sha256, len(content)

    stores.Folder.put = put
    errors.is_full = errors.is_away = lambda error: False

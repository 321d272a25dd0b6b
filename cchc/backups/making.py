"""Making a backup: copy the database, then the files that its rows name, then look at the result.

Files are named by their content and never change, so what is read after the copy is what it names.
The archive has another name until it is written, flushed and read back whole: a file that is called
`cchc-*.tar.age` is a good one.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django.utils import timezone

from cchc import audit, files
from cchc.backups import archive, databases
from cchc.backups.databases import Facts, Trouble

LOCAL_KEYS = ("audit.key", "secret_key")  # what a small site keeps in DATA_DIR
LARGEST_IN_MEMORY = 8 << 20


@dataclass(frozen=True)
class Made:
    """`lost`: files that rows name and the store does not hold, or not with that content."""

    path: Path
    size: int
    manifest: dict
    lost: list[str]


def make(folder: Path, *, at: datetime, plain: bool) -> Made:
    key = "" if plain else settings.BACKUP_KEY
    if not (key or plain or settings.DEBUG):
        raise Trouble(
            "Chưa đặt BACKUP_KEY nên không tạo bản sao lưu: bản không mã hóa chứa mọi dữ liệu của cơ "
            "quan. Đặt khóa (deploy/README.md), hoặc chạy với --plain nếu thật sự muốn."
        )
    folder.mkdir(parents=True, exist_ok=True)
    audit.seal()
    moment = timezone.localtime(at)
    final = folder / f"cchc-{moment:%Y-%m-%d-%H%M%S}.tar{'.age' if key else ''}"
    partial = folder / f".{final.name}.part"
    lost: list[str] = []
    with private_folder() as private, _gone_on_failure(partial):
        with databases.copied(private) as (copy, facts), _new(partial) as out:

            def conclude(digests):
                return _manifest(facts, digests, at, lost)

            archive.write(out, _members(copy, facts, lost, with_keys=bool(key)), conclude, key)
            out.flush()
            os.fsync(out.fileno())
        manifest = archive.check(partial, key)
        if final.exists():
            raise Trouble(f"Đã có {final}.")
        os.replace(partial, final)
    _flush_folder(folder)
    return Made(final, final.stat().st_size, manifest, lost)


def keep(folder: Path, number: int, *, at: datetime) -> list[Path]:
    """Remove all good archives but the newest `number` (0: none), and what a run left that was killed
    a day ago. What went."""
    old = sorted(folder.glob("cchc-*.tar*"))[:-number] if number else []
    a_day_ago = (at - timedelta(days=1)).timestamp()
    left = [p for p in folder.glob(".cchc-*.part") if p.stat().st_mtime < a_day_ago]
    for path in (*old, *left):
        path.unlink()
    return old


@contextmanager
def private_folder() -> Iterator[Path]:
    """Room for an open copy of the database, where the database itself is trusted to be."""
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".backup-") as made:
        yield Path(made)


@contextmanager
def _gone_on_failure(path: Path):
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _new(path: Path):
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _members(copy: Path, facts: Facts, lost: list, *, with_keys) -> Iterator[archive.Member]:
    with copy.open("rb") as source:
        yield archive.Member(copy.name, copy.stat().st_size, source)
    for sha256 in sorted(facts.files):
        # Whole before its header, which tells the size: a file of ours is 25 MB at most.
        with tempfile.SpooledTemporaryFile(LARGEST_IN_MEMORY, dir=settings.DATA_DIR) as held:
            if _fetch(sha256, held):
                size = held.tell()
                held.seek(0)
                yield archive.Member(archive.FILES + sha256, size, held)
            else:
                lost.append(sha256)
    kept = [Path(settings.DATA_DIR) / name for name in LOCAL_KEYS]
    for path in (p for p in kept if with_keys and p.is_file()):
        with path.open("rb") as source:
            yield archive.Member(archive.KEYS + path.name, path.stat().st_size, source)


def _fetch(sha256: str, held) -> bool:
    digest = archive.hashlib.sha256()
    with suppress(FileNotFoundError), files.open_stored(sha256) as source:
        while chunk := source.read(archive.CHUNK):
            digest.update(chunk)
            held.write(chunk)
    return digest.hexdigest() == sha256


def _manifest(facts: Facts, digests: dict, at: datetime, lost: list) -> dict:
    return {
        "format": archive.FORMAT,
        "version": f"Django {django.__version__}",
        "engine": connection.vendor,
        "server": facts.server,
        "made_at": at.isoformat(),
        "audit_head": str(facts.head),
        "migrations": facts.migrations,
        "rows": facts.counts,
        "sha256": digests,
        "lost": lost,
    }


def _flush_folder(folder: Path):
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

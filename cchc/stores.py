"""Where the bytes of files lie: a folder of this machine. A file is named by its content (sha256),
so whatever stands under a name is right for ever, and putting the same content twice is harmless.
"""

import hashlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

CHUNK = 1024 * 1024


class Away(OSError):
    """The store does not answer, refuses our keys, or is not there at all. Nothing was written."""


@dataclass(frozen=True)
class Kept:
    """One file of a store: its digest, how many bytes it has, when it was put there."""

    sha256: str
    size: int
    at: datetime


class Folder:
    """Staged, flushed, renamed to its digest: a crash leaves a stray staged file, never half a file
    under a name. The staging folder is on the same file system, so that a rename is all or nothing.
    """

    def __init__(self, root: Path, staging: Path | None = None):
        self.kept = root / "ev"
        self.staging = staging or root / ".staging"

    def path(self, sha256: str) -> Path:
        return self.kept / sha256[:2] / sha256

    def entries(self) -> Iterator[Kept]:
        for path in sorted(self.kept.glob("??/*")):
            state = path.stat()
            yield Kept(path.name, state.st_size, datetime.fromtimestamp(state.st_mtime, UTC))

    def find(self, sha256: str) -> Kept | None:
        try:
            state = self.path(sha256).stat()
        except FileNotFoundError:
            return None
        return Kept(sha256, state.st_size, datetime.fromtimestamp(state.st_mtime, UTC))

    def open(self, sha256: str) -> IO[bytes]:
        return self.path(sha256).open("rb")

    def put(self, source: IO[bytes]) -> tuple[str, int]:
        self.staging.mkdir(parents=True, exist_ok=True)
        staged = self.staging / uuid.uuid4().hex
        digest, size = hashlib.sha256(), 0
        try:
            with staged.open("xb") as out:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    size += out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            target = self.path(digest.hexdigest())
            fresh = not target.parent.exists()
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged, target)  # also of one that is there: its age begins anew
            _flush(target.parent)
            if fresh:
                _flush(self.kept)
        finally:
            staged.unlink(missing_ok=True)
        return digest.hexdigest(), size

    def remove(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)

    def staged(self) -> Iterator[Kept]:
        """What interrupted uploads left; the name is no digest."""
        for path in sorted(self.staging.glob("*")):
            state = path.stat()
            yield Kept(path.name, state.st_size, datetime.fromtimestamp(state.st_mtime, UTC))

    def remove_staged(self, name: str) -> None:
        (self.staging / name).unlink(missing_ok=True)


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

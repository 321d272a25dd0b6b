"""The archive: a tar file, encrypted as a whole by age (age-encryption.org, version 1).

    database.*             the copy of the database
    files/<sha256>         every file that the copied rows name
    keys/<name>            keys that live in DATA_DIR, only when the archive is encrypted
    manifest.json          what must be there, written last because only then everything is hashed
    manifest.sha256        the manifest's own digest

Both are common formats: `age -d -i KEY archive | tar x` opens it without this program. Nothing here
holds more than CHUNK bytes of a member in memory. age authenticates every 64 KB and the end, so a
changed, cut or continued archive is refused; a plain one has the digests alone.
"""

import hashlib
import io
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyrage

CHUNK = 1 << 20
MANIFEST, ITS_DIGEST = "manifest.json", "manifest.sha256"
FILES, KEYS = "files/", "keys/"
MAGIC = b"age-encryption.org/v1"
FORMAT = 1


class BadArchive(Exception):
    """Why an archive can't be used, in a Vietnamese sentence."""


@dataclass(frozen=True)
class Member:
    name: str
    size: int
    source: IO[bytes]


def identity(key: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(key.strip())
    except pyrage.IdentityError as error:
        raise BadArchive(
            "BACKUP_KEY không phải khóa của age (AGE-SECRET-KEY-1…); tạo bằng lệnh age-keygen."
        ) from error


def write(out: IO[bytes], members: Iterable[Member], conclude: Callable[[dict], dict], key: str):
    """Write the members, then the manifest that `conclude` makes from their digests."""
    stream = _tar(members, conclude)
    if key:
        pyrage.encrypt_io(_Pulled(stream), out, [identity(key).to_public()])
    else:
        for chunk in stream:
            out.write(chunk)


def _tar(members, conclude) -> Iterator[bytes]:
    digests = {}
    for member in members:
        digest = hashlib.sha256()
        yield _header(member.name, member.size)
        left = member.size
        while left:
            chunk = member.source.read(min(CHUNK, left))
            if not chunk:
                raise OSError(f"{member.name}: ngắn hơn {member.size} byte đã báo.")
            left -= len(chunk)
            digest.update(chunk)
            yield chunk
        yield _padding(member.size)
        digests[member.name] = digest.hexdigest()
    manifest = json.dumps(conclude(digests), ensure_ascii=False, indent=1).encode()
    its_digest = hashlib.sha256(manifest).hexdigest().encode()
    for name, content in ((MANIFEST, manifest), (ITS_DIGEST, its_digest)):
        yield _header(name, len(content))
        yield content
        yield _padding(len(content))
    yield tarfile.NUL * 2 * tarfile.BLOCKSIZE


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.PAX_FORMAT)


def _padding(size: int) -> bytes:
    return tarfile.NUL * (-size % tarfile.BLOCKSIZE)


class _Pulled(io.RawIOBase):
    """A generator of bytes as a file that can be read."""

    def __init__(self, chunks: Iterator[bytes]):
        self.chunks, self.held = chunks, b""

    def readable(self):
        return True

    def readinto(self, buffer):
        while not self.held:
            self.held = next(self.chunks, None)
            if self.held is None:
                self.held = b""
                return 0
        count = min(len(buffer), len(self.held))
        buffer[:count] = self.held[:count]
        self.held = memoryview(self.held)[count:]
        return count


def check(path: Path, key: str) -> dict:
    """Read the whole archive; its manifest, or BadArchive when anything is not as it says."""
    manifest, promised, found = b"", "", {}
    with read(path, key) as members:
        for name, source in members:
            if name == MANIFEST:
                manifest = source.read()
            elif name == ITS_DIGEST:
                promised = source.read().decode("ascii", "replace")
            else:
                digest = hashlib.sha256()
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                found[name] = digest.hexdigest()
    if not promised or hashlib.sha256(manifest).hexdigest() != promised:
        raise BadArchive("Bản sao lưu bị cắt hoặc hỏng: không có bảng kê nguyên vẹn ở cuối.")
    told = json.loads(manifest)
    if told.get("format") != FORMAT:
        raise BadArchive(f"Bản sao lưu có định dạng {told.get('format')}, chỉ đọc được {FORMAT}.")
    listed = told["sha256"]
    wrong = sorted(name for name in listed | found if listed.get(name) != found.get(name))
    if wrong:
        raise BadArchive(f"Bản sao lưu hỏng: {', '.join(wrong[:3])} không khớp bảng kê.")
    return told


@contextmanager
def read(path: Path, key: str) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """Name and content of each member, in the archive's order; each is read before the next."""
    with path.open("rb") as raw:
        encrypted = raw.read(len(MAGIC)) == MAGIC
        raw.seek(0)
        if encrypted and not key:
            raise BadArchive("Bản sao lưu có mã hóa: cần BACKUP_KEY của nơi đã tạo ra nó.")
        feed = _Decrypted(raw, identity(key)) if encrypted else None
        stream = feed.stream if feed else raw
        try:
            yield _untar(stream)
            while stream.read(CHUNK):
                pass  # that it was cut is known only at the end
        except (tarfile.TarError, EOFError) as error:
            told = BadArchive("Bản sao lưu bị cắt hoặc hỏng: không đọc tiếp được.")
            raise (feed and feed.close()) or told from error
        finally:
            failure = feed and feed.close()
        if failure:
            raise failure


def _untar(stream: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        while info := tar.next():
            tar.members = []  # it would keep every header
            if not info.isreg():
                raise tarfile.ReadError("not a plain file")
            yield info.name, tar.extractfile(info)


class _Decrypted:
    """age hands out what it decrypts, tarfile asks for it: a pipe between two threads."""

    def __init__(self, raw: IO[bytes], key: pyrage.x25519.Identity):
        reading, writing = os.pipe()
        self.stream = os.fdopen(reading, "rb", CHUNK)
        self.closing, self.error = False, None
        self.thread = threading.Thread(target=self._run, args=(raw, writing, key), daemon=True)
        self.thread.start()

    def _run(self, raw, writing, key):
        with suppress(BrokenPipeError), os.fdopen(writing, "wb", CHUNK) as out:
            try:
                pyrage.decrypt_io(raw, out, [key])
            except (pyrage.DecryptError, OSError) as error:
                if not self.closing:  # else nobody reads on
                    self.error = error  # before the reader sees the end

    def close(self) -> BadArchive | None:
        """What age says of the archive."""
        self.closing = True
        self.stream.close()
        self.thread.join()
        if isinstance(self.error, pyrage.DecryptError):
            return BadArchive(
                "Bản sao lưu không mở được bằng BACKUP_KEY này, hoặc phần đầu bị sửa."
            )
        return BadArchive("Bản sao lưu bị cắt hoặc bị sửa.") if self.error else None

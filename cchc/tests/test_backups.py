"""A backup that was made while people write is restored elsewhere, and is the same site."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace

import pyrage
import pytest
import time_machine
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import connection

from cchc import audit, files
from cchc.backups import archive, databases, history, making, restoring
from cchc.models import AuditEvent, StoredFile
from conftest import PASSWORD, at

KEY = str(pyrage.x25519.Identity.generate())
NIGHT = at(2026, 11, 24, 1, 30)

# At the old place, a copy of the suite's database: somebody uploads files all the while.
BUSY = """
import io, json, sys, threading, time
from importlib import import_module
import django; django.setup()
from django.core.management import call_command
from django.db import connection, transaction
from cchc import audit, clock, files
from cchc.models import StoredFile, User

call_command("migrate", fake=True, verbosity=0)  # the suite's own has its tables without them
with connection.schema_editor() as editor:
    import_module("cchc.migrations.0005_audit_chain").guard(None, editor)
an = User.objects.create_user("an", sys.argv[2], full_name="Bùi An", role="administrator")
kept, done = [], threading.Event()

def writes():
    number = 0
    while not done.is_set():
        number += 1
        content = f"%PDF-1.4 {number}".encode() * 500
        sha256, size = files.keep(io.BytesIO(content))
        with transaction.atomic():
            row = StoredFile.objects.create(sha256=sha256, name=f"{number}.pdf", size=size,
                content_type="application/pdf", uploaded_by=an, uploaded_at=clock.now())
            audit.record(by=an, verb="file_kept", target=row, at=clock.now(), number=number)
        kept.append(number)
    connection.close()

writer = threading.Thread(target=writes, daemon=True)
writer.start()
made = []
for number in range(3):
    out, before = io.StringIO(), len(kept)
    while len(kept) < before + 5:
        time.sleep(0.01)
    call_command("backup", f"{sys.argv[1]}/{number}", stdout=out)
    made.append([out.getvalue(), before, len(kept)])
done.set()
writer.join()
print(json.dumps({"made": made}))
"""

# At the new place: nothing but the archive and the environment.
ELSEWHERE = """
import io, json, sys
import django; django.setup()
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client
from cchc import audit, clock, files
from cchc.models import AuditEvent, StoredFile

out = io.StringIO()
call_command("restore", sys.argv[1], stdout=out)
client = Client(headers={"host": "localhost"})
signed_in = client.post("/dang-nhap/", {"username": "an", "password": sys.argv[2]}, secure=True)
page = client.get("/them/", secure=True, follow=True)
rows = {digest: size for digest, size in StoredFile.objects.values_list("sha256", "size")}
held = {digest: len(files.open_stored(digest).read()) for digest in files.names()}
facts = {
    "out": out.getvalue(),
    "signed_in": signed_in.status_code,
    "page": page.status_code,
    "name": "Bùi An" in page.content.decode(),
    "same_files": rows == held,
    "files": len(rows),
    "numbers": sorted(AuditEvent.objects.filter(verb="file_kept").values_list("detail__number", flat=True)),
    "broken": audit.verify(at=clock.now()).broken,
}
try:
    AuditEvent.objects.filter(verb="file_kept").update(verb="khác")
except DatabaseError as error:
    facts["guarded"] = "audit rows never change" in str(error)
print(json.dumps(facts, ensure_ascii=False))
"""


def run(code, environment, *arguments) -> dict:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *map(str, arguments)],
        env=environment,
        cwd=site.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def environment(folder: Path, database: str) -> dict:
    """A place of its own in the production profile."""
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "cchc.settings",
        "DEBUG": "1",
        "DATA_DIR": str(folder),
        "DATABASE_URL": database,
        "AUDIT_KEY": site.AUDIT_KEY,
        "BACKUP_KEY": KEY,
        "PYTHONIOENCODING": "utf-8",
    }


@contextmanager
def two_places(tmp_path):
    """Environments of the old place, with a copy of the suite's database, and of the new one."""
    old, new = tmp_path / "old", tmp_path / "new"
    if connection.vendor == "sqlite":
        old.mkdir()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(old / "cchc.sqlite3")])
        urls = [f"sqlite:///{place}/cchc.sqlite3" for place in (old, new)]
        yield environment(old, urls[0]), environment(new, urls[1])
        return
    name = connection.settings_dict["NAME"]
    connection.close()  # a template has no visitors
    with connection._nodb_cursor() as cursor:
        try:
            cursor.execute(f'CREATE DATABASE "{name}_old" TEMPLATE "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}_new"')
            yield environment(old, _url(f"{name}_old")), environment(new, _url(f"{name}_new"))
        finally:
            for place in ("old", "new"):
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}_{place}" WITH (FORCE)')


def _url(name: str) -> str:
    """The suite's own DATABASE_URL with another database."""
    before, _, rest = os.environ["DATABASE_URL"].partition("://")
    where, _, query = rest.partition("?")
    return f"{before}://{where.rpartition('/')[0]}/{name}{'?' if query else ''}{query}"


def test_a_backup_under_load_is_the_same_site_elsewhere(
    django_db_setup, django_db_blocker, tmp_path
):
    kept = tmp_path / "kept"
    with django_db_blocker.unblock(), two_places(tmp_path) as (old, new):
        made = run(BUSY, old, kept, PASSWORD)["made"]
        archives = sorted(kept.glob("*/*"))
        assert len(archives) == 3 and all(a.name.endswith(".tar.age") for a in archives)
        told = [archive.check(path, KEY) for path in archives]
        found = run(ELSEWHERE, new, archives[-1], PASSWORD)
    last, (said, before, after) = told[-1], made[-1]
    assert (
        last["engine"] == connection.vendor
        and f"Dấu đầu chuỗi nhật ký: {last['audit_head']}" in said
    )
    assert last["lost"] == [] and last["audit_head"] in found["out"]
    # All that was acknowledged before it began, nothing half, nothing from after its end.
    assert found["numbers"] == list(range(1, len(found["numbers"]) + 1))
    assert before <= len(found["numbers"]) <= after + 1
    assert last["rows"]["cchc_storedfile"] == found["files"] == len(found["numbers"])
    assert f"{sum(last['rows'].values())} dòng của {len(last['rows'])} bảng" in found["out"]
    assert found["same_files"] and found["broken"] is None
    assert found["guarded"]  # the triggers came along
    assert found["signed_in"] == 302 and found["page"] == 200 and found["name"]


# The archive itself


def made_of(folder: Path, contents: dict, key=KEY) -> Path:
    path = folder / "made.tar"
    parts = [archive.Member(n, len(c), BytesIO(c)) for n, c in contents.items()]

    def conclude(digests):
        return {"format": archive.FORMAT, "sha256": digests, "engine": connection.vendor}

    with path.open("wb") as out:
        archive.write(out, parts, conclude, key)
    return path


CONTENTS = {"database.x": b"d" * 300_000, "files/a": b"", "files/b": b"b" * 70_000}


@pytest.mark.parametrize("key", [KEY, ""], ids=["encrypted", "plain"])
def test_an_archive_is_read_back_and_any_harm_is_seen(tmp_path, key):
    path = made_of(tmp_path, CONTENTS, key)
    assert sorted(archive.check(path, key)["sha256"]) == sorted(CONTENTS)
    whole = path.read_bytes()
    harmed = [whole[: len(whole) // 2], b"", whole[:-2000]]
    for place in (30, 1000, 150_000, 300_500, 350_000):
        harmed.append(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    for bad in harmed:
        path.write_bytes(bad)
        with pytest.raises(archive.BadArchive):
            archive.check(path, key)


def test_an_archive_opens_with_its_own_key_only(tmp_path):
    path = made_of(tmp_path, CONTENTS)
    for other in ("", str(pyrage.x25519.Identity.generate()), "not a key"):
        with pytest.raises(archive.BadArchive, match="BACKUP_KEY"):
            archive.check(path, other)


def test_memory_stays_flat(tmp_path):
    """64 MB go through in both directions with a few MB held."""
    import tracemalloc

    class Zeros:
        def read(self, size):
            return bytes(size)

    def members():
        yield archive.Member("files/big", 64 << 20, Zeros())

    path = tmp_path / "big.tar"
    tracemalloc.start()
    with path.open("wb") as out:
        archive.write(out, members(), lambda digests: {"format": 1, "sha256": digests}, KEY)
    archive.check(path, KEY)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 << 20


# The commands


@pytest.fixture
def on_disk(tmp_path, settings, monkeypatch):
    """`backup` and `restore` in a folder of their own; the database's copy is made up, because it
    can't be made inside a test's transaction."""
    settings.DATA_DIR, settings.BACKUP_KEY = tmp_path, KEY

    @contextmanager
    def copied(folder):
        path = folder / databases.MEMBERS[connection.vendor]
        path.write_bytes(b"a database")
        kept = dict(StoredFile.objects.values_list("sha256", "size"))
        counts = {"cchc_storedfile": len(kept)}
        yield path, databases.Facts("made up", counts, kept, audit.head(), ["cchc.0001_initial"])

    monkeypatch.setattr(databases, "copied", copied)
    return tmp_path


def backup(folder, **options) -> str:
    out = StringIO()
    call_command("backup", folder, stdout=out, **options)
    return out.getvalue()


@time_machine.travel(NIGHT, tick=False)
def test_the_backup_tells_what_it_holds_and_every_host_sees_when(db, on_disk, lan, settings):
    sha256, size = files.keep(BytesIO(b"%PDF-1.4 x"))
    row = {"name": "a.pdf", "size": size, "content_type": "x", "uploaded_by": lan}
    StoredFile.objects.create(sha256=sha256, uploaded_at=NIGHT, **row)
    (on_disk / "audit.key").write_text("khóa")
    said = backup(on_disk / "kept")
    path = on_disk / "kept" / "cchc-2026-11-24-013000.tar.age"
    assert str(path) in said and path.stat().st_mode & 0o777 == 0o600
    told = archive.check(path, KEY)
    assert f"files/{sha256}" in told["sha256"] and "keys/audit.key" in told["sha256"]
    assert told["rows"]["cchc_storedfile"] == 1 and told["migrations"]
    assert told["made_at"] == NIGHT.astimezone(UTC).isoformat()
    assert not history.standing().stale(NIGHT + timedelta(hours=26))
    assert history.standing().stale(NIGHT + timedelta(hours=26, seconds=1))
    event = AuditEvent.objects.get(verb=history.MADE)
    assert event.detail["head"] == told["audit_head"] and event.detail["file"] == path.name


def test_without_a_key_production_makes_no_backup(db, on_disk, settings):
    settings.BACKUP_KEY, settings.DEBUG = "", False
    with pytest.raises(CommandError, match="Chưa đặt BACKUP_KEY"):
        backup(on_disk / "kept")
    assert history.standing().failed_at and history.standing().stale(NIGHT)
    assert not (on_disk / "kept").exists()
    assert ".tar (" in backup(on_disk / "kept", plain=True)


def test_a_file_that_is_not_there_fails_the_backup_but_not_the_rest(db, on_disk, lan):
    row = {"name": "a.pdf", "size": 3, "content_type": "x", "uploaded_by": lan}
    StoredFile.objects.create(sha256="a" * 64, uploaded_at=NIGHT, **row)
    with pytest.raises(CommandError, match="thiếu 1 tệp: aaaa"):
        backup(on_disk / "kept")
    (path,) = (on_disk / "kept").glob("*.age")
    assert archive.check(path, KEY)["lost"] == ["a" * 64]
    assert history.standing().made_at is None


def test_a_backup_that_breaks_leaves_no_file_that_looks_good(db, on_disk, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making.os, "fsync", full)
    with pytest.raises(CommandError, match="Không sao lưu được"):
        backup(on_disk / "kept")
    assert list((on_disk / "kept").iterdir()) == []
    assert "No space left" in history.standing().why


@pytest.mark.parametrize("keep, left", [(0, 4), (2, 2)])
def test_only_the_newest_are_kept(db, on_disk, keep, left):
    kept = on_disk / "kept"
    kept.mkdir()
    for day in (21, 22, 23):
        (kept / f"cchc-2026-11-{day}-013000.tar.age").write_bytes(b"old")
    (kept / "something else").write_bytes(b"")
    with time_machine.travel(NIGHT, tick=False):
        backup(kept, keep=keep)
    names = sorted(path.name for path in kept.glob("cchc-*"))
    assert len(names) == left and names[-1] == "cchc-2026-11-24-013000.tar.age"
    assert (kept / "something else").exists()


def test_restoring_is_refused_where_there_is_something(db, on_disk):
    with pytest.raises(CommandError, match="Chỉ khôi phục vào cơ sở dữ liệu trống"):
        call_command("restore", made_of(on_disk, CONTENTS))


def test_restoring_refuses_what_is_damaged_or_of_another_engine(db, on_disk, monkeypatch):
    monkeypatch.setattr(databases, "refuse_unless_empty", lambda: None)
    path = made_of(on_disk, CONTENTS)
    whole = path.read_bytes()
    path.write_bytes(whole[:200_000] + b"x" + whole[200_001:])
    with pytest.raises(CommandError, match="bị cắt hoặc bị sửa"):
        call_command("restore", path)
    path.write_bytes(whole)
    other = {"sqlite": "postgresql"}.get(connection.vendor, "sqlite")
    monkeypatch.setattr(restoring, "connection", SimpleNamespace(vendor=other))
    with pytest.raises(CommandError, match="không khôi phục được"):
        call_command("restore", path)
    assert not audit.AuditEvent.objects.filter(verb=history.RESTORED).exists()

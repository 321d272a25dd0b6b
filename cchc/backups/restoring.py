"""Bringing a site back from an archive: into an empty database, and only when the archive is whole."""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cchc import audit, files
from cchc.backups import archive, databases
from cchc.backups.databases import Trouble
from cchc.backups.making import LOCAL_KEYS, private_folder

ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Restored:
    manifest: dict
    rows: int
    files: int
    keys: list[str]
    migrated: bool
    verdict: audit.Verdict


def restore(path: Path, *, at: datetime) -> Restored:
    databases.refuse_unless_empty()
    manifest = archive.check(path, settings.BACKUP_KEY)
    _refuse_a_foreign(manifest)
    kept, keys = 0, []
    with private_folder() as private:
        copy = private / databases.MEMBERS[connection.vendor]
        with archive.read(path, settings.BACKUP_KEY) as members:
            for name, source in members:
                if name == copy.name:
                    with copy.open("wb") as out:
                        shutil.copyfileobj(source, out, archive.CHUNK)
                elif name.startswith(archive.FILES):
                    _keep(name.removeprefix(archive.FILES), source)
                    kept += 1
                elif name.startswith(archive.KEYS):
                    keys += _keep_key(name.removeprefix(archive.KEYS), source)
        found = databases.bring_back(copy)  # last: whatever failed before it can be begun anew
    _compare(found, manifest)
    behind = bool(_plan())
    if behind:
        call_command("migrate", interactive=False, verbosity=0)
    verdict = audit.verify(at=at, anchor=audit.Head.read(manifest["audit_head"]))
    return Restored(manifest, sum(found.counts.values()), kept, keys, behind, verdict)


def _refuse_a_foreign(manifest: dict):
    if manifest["engine"] != connection.vendor:
        made, here = ENGINES[manifest["engine"]], ENGINES[connection.vendor]
        raise Trouble(
            f"Bản sao lưu của {made}, cơ sở dữ liệu ở đây là {here}: không khôi phục được."
        )
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.disk_migrations}
    newer = sorted(set(manifest["migrations"]) - known)
    if newer:
        raise Trouble(
            f"Bản sao lưu của phiên bản mới hơn chương trình này (có {newer[0]}): nâng cấp trước."
        )


def _keep(sha256: str, source):
    if files.keep(source)[0] != sha256:
        raise Trouble(f"Tệp {sha256} không đúng nội dung sau khi ghi.")


def _keep_key(name: str, source) -> list[str]:
    """A key that lived in DATA_DIR, unless this place has one of its own."""
    target = Path(settings.DATA_DIR) / name
    if name not in LOCAL_KEYS or target.exists():
        return []
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(source.read())
    return [name]


def _compare(found: databases.Facts, manifest: dict):
    told = manifest["rows"]
    wrong = sorted(t for t in told | found.counts if told.get(t) != found.counts.get(t))
    if wrong or str(found.head) != manifest["audit_head"]:
        raise Trouble(f"Số dòng sau khi khôi phục khác bảng kê: {', '.join(wrong) or 'nhật ký'}.")


def _plan() -> list:
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())

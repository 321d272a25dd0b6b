"""A consistent copy of the database while people write, and its way back into an empty one.

SQLite: VACUUM INTO, one reading transaction; compressed after it. PostgreSQL: pg_dump in its custom
format, on a snapshot that our own transaction exported, so that what we count and list is exactly
what it writes. A copy goes back into the engine that it comes from.
"""

import gzip
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.db import connection, transaction

from cchc.audit import Head

MEMBERS = {"sqlite": "database.sqlite3.gz", "postgresql": "database.pgdump"}

LAST_SEAL = (
    "SELECT place, mac FROM cchc_auditevent WHERE place IS NOT NULL ORDER BY place DESC LIMIT 1"
)
# What pg_dump is told of our connection; not the limits for people's requests.
CONNECTION = {"host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey"}


class Trouble(Exception):
    """Why a copy can't be made or brought back, in a Vietnamese sentence."""


@dataclass(frozen=True)
class Facts:
    """What a copy of the database holds. `files`: size by digest."""

    server: str
    counts: dict[str, int]
    files: dict[str, int]
    head: Head
    migrations: list[str]


@contextmanager
def copied(folder: Path) -> Iterator[tuple[Path, Facts]]:
    """The copy, in a folder of its own that is gone afterwards, and what it holds."""
    make = {"sqlite": _copy_sqlite, "postgresql": _copy_postgresql}[connection.vendor]
    path = folder / MEMBERS[connection.vendor]
    yield path, make(path)


def _copy_sqlite(path: Path) -> Facts:
    plain = path.with_suffix("")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(plain)])
    with closing(sqlite3.connect(plain)) as copy:
        facts = facts_of(copy.cursor(), f"SQLite {sqlite3.sqlite_version}")
    with plain.open("rb") as source, gzip.open(path, "wb", compresslevel=3) as out:
        shutil.copyfileobj(source, out, 1 << 20)
    plain.unlink()
    return facts


def _copy_postgresql(path: Path) -> Facts:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SET LOCAL {limit} = 0")
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
        snapshot, version = cursor.fetchone()
        with _program("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={path}"):
            facts = facts_of(cursor, f"PostgreSQL {version}")
    return facts


@contextmanager
def _program(name: str, *arguments: str):
    """One of PostgreSQL's own programs on our database, while the body runs; then its end. The
    password goes by the environment, which other people of the machine don't see."""
    told = connection.get_connection_params()
    password = told.get("password")
    ours = psycopg.conninfo.make_conninfo(**{key: told[key] for key in CONNECTION & told.keys()})
    command = [name, f"--dbname={ours}", "--no-password"]
    try:
        running = subprocess.Popen(
            [*command, *arguments],
            env=os.environ | ({"PGPASSWORD": password} if password else {}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
    except FileNotFoundError as error:
        raise Trouble(f"Máy này thiếu chương trình {name}: cài gói postgresql-client.") from error
    try:
        yield
    except BaseException:
        running.kill()
        raise
    finally:
        said = running.communicate()[1].decode("utf-8", "replace").strip()
    if running.returncode:
        raise Trouble(f"{name} dừng với mã {running.returncode}: {said[-500:]}")


def facts_of(cursor, server: str) -> Facts:
    """Plain SQL that both engines speak; also asked of a file that Django is not connected to."""
    named = connection.introspection.get_table_list(cursor)
    tables = sorted(table.name for table in named if table.type in ("t", "p"))
    quoted = connection.ops.quote_name
    return Facts(
        server=server,
        counts={t: _rows(cursor, f"SELECT COUNT(*) FROM {quoted(t)}")[0][0] for t in tables},
        files=dict(_rows(cursor, "SELECT sha256, MAX(size) FROM cchc_storedfile GROUP BY sha256")),
        head=Head(*next(iter(_rows(cursor, LAST_SEAL)), (0, ""))),
        migrations=sorted(
            f"{a}.{n}" for a, n in _rows(cursor, "SELECT app, name FROM django_migrations")
        ),
    )


def _rows(cursor, sql: str) -> list[tuple]:
    cursor.execute(sql)
    return cursor.fetchall()


def refuse_unless_empty():
    if connection.introspection.table_names():
        raise Trouble(
            "Chỉ khôi phục vào cơ sở dữ liệu trống: cơ sở dữ liệu ở đây đã có bảng. Đặt DATABASE_URL "
            "(hoặc DATA_DIR) tới một nơi mới, đừng chạy migrate trước."
        )


def bring_back(copy: Path) -> Facts:
    """The copy into the empty database; what it holds there. All or nothing."""
    load = {"sqlite": _load_sqlite, "postgresql": _load_postgresql}[connection.vendor]
    load(copy)
    with connection.cursor() as cursor:
        return facts_of(cursor, "")


def _load_sqlite(packed: Path):
    target = Path(connection.settings_dict["NAME"])
    fresh = target.with_name(f".{target.name}.restored")  # beside it: a rename is all or nothing
    connection.close()
    try:
        with gzip.open(packed) as source, fresh.open("wb") as out:
            os.fchmod(out.fileno(), 0o600)
            shutil.copyfileobj(source, out, 1 << 20)
            out.flush()
            os.fsync(out.fileno())
        with closing(sqlite3.connect(fresh)) as copy:
            (said,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        if said != "ok":
            raise Trouble(f"Cơ sở dữ liệu trong bản sao lưu hỏng: {said}.")
        for beside in ("-wal", "-shm"):
            target.with_name(target.name + beside).unlink(missing_ok=True)
        os.replace(fresh, target)
    finally:
        fresh.unlink(missing_ok=True)


def _load_postgresql(dump: Path):
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    with _program("pg_restore", *options, "--no-comments", str(dump)):
        pass

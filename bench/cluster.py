"""A PostgreSQL of the bench's own: a cluster in a folder, a socket, no port. With its usual settings
for safety (fsync, synchronous_commit), since what is measured is what an office would have."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp

OPTIONS = "-c listen_addresses= -c shared_buffers=256MB"


class Cluster:
    def __init__(self, folder: Path):
        self.folder = folder
        self.bin = _binaries()
        self.owner = _owner()
        self.socket = ""

    def __enter__(self):
        self.socket = mkdtemp(prefix="cchc-bench-pg", dir="/tmp")  # a socket's path has 107 letters
        self._give(self.socket)
        if not (self.folder / "PG_VERSION").exists():
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self._give(self.folder)
            self._run("initdb", "-D", self.folder, "-U", "cchc", "-A", "trust", "-E", "UTF8",
                      "--locale=C.UTF-8")  # fmt: skip
        self._run("pg_ctl", "-D", self.folder, "-w", "-t", "120", "-l", f"{self.socket}/log",
                  "-o", f"-k {self.socket} {OPTIONS}", "start")  # fmt: skip
        return self

    def __exit__(self, *error):
        self._run("pg_ctl", "-D", self.folder, "-w", "-m", "fast", "stop")
        shutil.rmtree(self.socket, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgres://cchc@/{database}?host={self.socket}"

    @property
    def pid(self) -> int:
        return int((self.folder / "postmaster.pid").read_text().split()[0])

    def names(self) -> set[str]:
        return {name for (name,) in self._sql("SELECT datname FROM pg_database")}

    def create(self, name: str, template: str = "template1"):
        # Copying files is quicker than writing every page to the log first.
        self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')

    def rename(self, name: str, new: str):
        self._sql(f'ALTER DATABASE "{name}" RENAME TO "{new}"')

    def drop(self, name: str):
        self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def tidy(self, name: str):
        """What autovacuum would do within the day: visibility map and statistics."""
        self._sql("VACUUM ANALYZE", database=name)

    def version(self) -> str:
        return self._sql("SHOW server_version")[0][0]

    def _sql(self, words: str, database: str = "postgres"):
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(words)
            return cursor.fetchall() if cursor.description else []

    def _give(self, path):
        if self.owner:
            shutil.chown(path, self.owner)

    def _run(self, program: str, *arguments):
        command = [str(self.bin / program), *map(str, arguments)]
        if self.owner:
            command = ["runuser", "-u", self.owner, "--", *command]
        # Into the air: a server that inherits a pipe keeps whoever reads it waiting.
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/tmp"
        )
        if done.returncode:
            log = Path(self.socket, "log")
            raise SystemExit(
                f"{program}: exit code {done.returncode}\n"
                + (log.read_text() if log.exists() else "")
            )


def _binaries() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[4])
    )
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    if initdb is None:
        raise SystemExit("Không có PostgreSQL (not installed): apt-get install postgresql")
    return Path(initdb).parent


def _owner() -> str:
    """PostgreSQL refuses to run as root."""
    if os.getuid():
        return ""
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"

"""A PostgreSQL of our own in a folder, reached by a socket there, gone at the end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("postgres", "nobody")  # whoever serves it: PostgreSQL refuses to run as root


def programs() -> Path | None:
    """The folder with initdb and pg_ctl, of the newest version installed; None when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).parent if elsewhere else None


class Cluster:
    def __init__(self, folder: Path):
        """`folder`: short (a socket's path has at most 107 letters) and open to its owner."""
        self.folder, self.programs = folder, programs()
        self.owner = None
        folder.mkdir(mode=0o711)
        if os.getuid() == 0:
            known = {user.pw_name for user in pwd.getpwall()}
            self.owner = next(name for name in NAMES if name in known)
            shutil.chown(folder, self.owner)
        self._run(
            "initdb", "-D", folder / "data", "-U", "cchc", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        self.start()

    def start(self):
        options = f"-k {self.folder} -c listen_addresses= -c max_connections=60"
        self._run(
            "pg_ctl", "start", "-w", "-t", "60", "-D", self.folder / "data",
            "-l", self.folder / "log", "-o", options,
        )  # fmt: skip

    def stop(self, mode: str = "fast"):
        self._run("pg_ctl", "stop", "-w", "-D", self.folder / "data", "-m", mode)

    def url(self, name: str) -> str:
        return f"postgres://cchc@/{name}?host={self.folder}"

    def sql(self, command: str):
        self._run(
            "psql", "-X", "-q", "-h", self.folder, "-U", "cchc", "-d", "postgres", "-c", command
        )

    def check(self, name: str) -> str:
        """What pg_amcheck says of a database; "" when its tables and indexes are sound."""
        done = self._start(
            "pg_amcheck", "--install-missing", "--jobs=2", "-h", self.folder, "-U", "cchc", name
        )
        return (done.stdout + done.stderr).strip() or ("" if done.returncode == 0 else "pg_amcheck")

    def _run(self, program, *arguments):
        done = self._start(program, *arguments)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")

    def _start(self, program, *arguments):
        command = [str(self.programs / program), *map(str, arguments)]
        if self.owner:
            command = ["runuser", "-u", self.owner, "--", *command]
        # pg_ctl's server would keep a pipe open: what they say goes into a file
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                command, stdout=said, stderr=said, cwd="/", text=True, timeout=120
            )
            said.seek(0)
            done.stdout, done.stderr = said.read(), ""
        return done

"""Gunicorn as it is deployed (deploy/gunicorn.conf.py), two workers, on a free port of loopback."""

import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from bench import processes
from bench.databases import ROOT, Copy, Databases, environment, run_manage

WORKERS = 2


class Server:
    """Of the application or of the floor, with the processes of its database."""

    def __init__(self, entry: str, copy: Copy, databases: Databases, static: Path | None = None):
        self.copy, self.cluster = copy, databases.cluster
        self.port = _free_port()
        self.log = copy.folder / "server.log"
        if static:  # with the manifest of the application's own files
            (copy.folder / "static").is_dir() and (copy.folder / "static").rmdir()
            (copy.folder / "static").symlink_to(static)
        own = {"BIND": f"127.0.0.1:{self.port}", "WEB_CONCURRENCY": str(WORKERS)}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", entry],
                cwd=ROOT, env=environment(copy) | own, stdout=log, stderr=log,
            )  # fmt: skip
        self._wait()

    def _wait(self):
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        self.stop()
        raise SystemExit(f"The server did not start:\n{self.log.read_text()[-3000:]}")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def pids(self) -> list[int]:
        return processes.with_children(self.process.pid)

    def database_pids(self) -> list[int]:
        """The processes of PostgreSQL that serve this database: their titles name it."""
        if not self.cluster:
            return []
        backends = processes.with_children(self.cluster.pid)[1:]
        return [pid for pid in backends if f" {self.copy.name} " in processes.title(pid)]

    def cpu(self) -> float:
        return processes.cpu(self.pids() + self.database_pids())

    def pss(self) -> float:
        return processes.pss(self.pids())


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def collect_static(databases: Databases, copy: Copy) -> Path:
    """Hashed and compressed once for all servers of a run, and kept while no file changed."""
    files = [p for p in ROOT.glob("*/static/**/*") if p.is_file()]
    state = str(sorted((str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in files))
    kept, mark = databases.cache / "static", databases.cache / "static.made-from"
    if not (kept.exists() and mark.exists() and mark.read_text() == state):
        kept.mkdir(exist_ok=True)
        made = copy.folder / "static"
        made.is_dir() and made.rmdir()
        made.symlink_to(kept)
        run_manage(copy, "collectstatic", "--noinput", "--clear", "-v", "0")
        made.unlink()
        mark.write_text(state)
    return kept

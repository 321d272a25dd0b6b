"""Seeded databases: made once, kept in the bench's folder, copied for every run, so that what a run
writes never changes what the next one measures."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.cluster import Cluster

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = json.loads((ROOT / "fixtures/demo.json").read_text("utf-8"))["password"]
APPLICATION, FLOOR = "app", "floor"


@dataclass(frozen=True)
class Copy:
    """What a server of this run works on."""

    url: str
    folder: Path  # its DATA_DIR
    name: str  # of the database


class Databases:
    def __init__(self, cache: Path, run: Path, engine: str):
        self.cache, self.run, self.engine = cache, run, engine
        self.cluster = None

    def __enter__(self):
        if self.engine == "postgresql":
            self.cluster = Cluster(self.cache / "postgresql").__enter__()
        return self

    def __exit__(self, *error):
        if self.cluster:
            for name in self.cluster.names():
                if name.startswith("run_"):
                    self.cluster.drop(name)
            self.cluster.__exit__(*error)

    def copy(self, kind: str, assignments: int) -> Copy:
        """`kind`: APPLICATION or FLOOR. Seeds first what is not there yet."""
        key = f"{kind}-{assignments}"
        seed = self.cache / f"{self.engine}-{key}"
        if not self._has(seed, key):
            self._make(kind, assignments, seed, key)
        folder = self.run / key
        shutil.copytree(seed, folder)
        if not self.cluster:
            copy = Copy(f"sqlite:///{folder}/cchc.sqlite3", folder, key)
        else:
            name = f"run_{os.getpid()}_{kind}_{assignments}"
            self.cluster.create(name, template=f"seed_{kind}_{assignments}")
            copy = Copy(self.cluster.url(name), folder, name)
        if kind == APPLICATION:  # migrations younger than the seeds
            run_manage(copy, "migrate", "--noinput", "-v", "0")
        if self.cluster:
            self.cluster.tidy(copy.name)
        return copy

    def _has(self, seed: Path, key: str) -> bool:
        if self.cluster:
            return seed.exists() and f"seed_{key.replace('-', '_')}" in self.cluster.names()
        return seed.exists()

    def _make(self, kind: str, assignments: int, seed: Path, key: str):
        print(f"Seeding {key} on {self.engine} (once, kept in {self.cache})", file=sys.stderr)
        half, name = seed.with_name(seed.name + ".new"), f"seed_{key.replace('-', '_')}"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir()
        if self.cluster:
            self.cluster.drop(name)
            self.cluster.drop(f"{name}_new")
            self.cluster.create(f"{name}_new")
            copy = Copy(self.cluster.url(f"{name}_new"), half, f"{name}_new")
        else:
            copy = Copy(f"sqlite:///{half}/cchc.sqlite3", half, key)
        if kind == FLOOR:
            run_python(copy, "-m", "bench.floor.seed", str(assignments))
        else:
            run_manage(copy, "migrate", "--noinput", "-v", "0")
            run_manage(copy, "seed_scale", "--assignments", str(assignments), "--seed", "1")
        if self.cluster:
            self.cluster.rename(copy.name, name)
        else:
            with closing(sqlite3.connect(half / "cchc.sqlite3")) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.execute("ANALYZE")
                connection.commit()
        shutil.rmtree(seed, ignore_errors=True)
        half.rename(seed)


def environment(copy: Copy) -> dict[str, str]:
    """The production profile, over plain HTTP on this machine. Nothing of what a person has set for
    a server of their own."""
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
    }
    return kept | {
        "DEBUG": "0",
        "INSECURE_HTTP": "1",
        "SECRET_KEY": "for-the-bench-alone-0123456789-abcdefghijklmnopqrstuvwxyz-987654",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": "http://127.0.0.1",
        "DATA_DIR": str(copy.folder),
        "DATABASE_URL": copy.url,
        "SESSION_IDLE_MINUTES": "600",  # a run is longer than a person's rest
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
    }


def run_python(copy: Copy, *arguments: str):
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(copy),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(
            f"{' '.join(arguments)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        )
    return done.stdout


def run_manage(copy: Copy, *arguments: str):
    return run_python(copy, "manage.py", *arguments)

"""A running office in a folder of its own: database, files, gunicorn, nginx if asked, as deploy/ has
them, over plain HTTP on this machine."""

import itertools
import json
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psycopg

from faults.databases import Cluster, programs

BASE = Path(__file__).resolve().parent.parent
TOKEN = "a-token-of-the-faults-for-the-health-page"
START = 90  # seconds that a server may take on a busy machine
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "faults.settings",
    "DEBUG": "0",
    "INSECURE_HTTP": "1",
    "ALLOWED_HOSTS": "127.0.0.1",
    "SITE_URL": "http://127.0.0.1",
    "HEALTH_TOKEN": TOKEN,
    "AUDIT_KEY": secrets.token_hex(32),
    "SECRET_KEY": secrets.token_urlsafe(60),
    "PYTHONWARNINGS": "ignore",
    "LC_ALL": "C.UTF-8",
    "PATH": f"{os.environ.get('PATH', '/usr/bin:/bin')}:/usr/sbin:/sbin",
    "HOME": os.environ.get("HOME", "/"),
}


class Offices:
    """Makes offices: `with office_of(workers=2) as office`. Keeps the seeded office of each engine."""

    def __init__(self, engines: tuple[str, ...]):
        self.engines = engines
        self.folder = Path(tempfile.mkdtemp(prefix="cchc-faults."))
        self.folder.chmod(0o711)
        self.seeded: dict[str, dict] = {}
        self.open: set[Office] = set()
        self._cluster, self._numbers = None, itertools.count(1)
        self._locks, self.copying = defaultdict(threading.Lock), threading.Lock()

    def __call__(self, engine: str | None = None, **told) -> "Office":
        return Office(self, engine or self.engines[0], number=next(self._numbers), **told)

    @property
    def cluster(self) -> Cluster:
        with self._locks["cluster"]:
            if self._cluster is None:
                self._cluster = Cluster(self.folder / "pg")
        return self._cluster

    def seed(self, engine: str) -> dict:
        """The counts of the seeded office; it is made at the first call."""
        with self._locks[engine]:
            if engine not in self.seeded:
                self.seeded[engine] = self._seed(engine)
        return self.seeded[engine]

    def _seed(self, engine: str) -> dict:
        data = self.folder / f"seeded-{engine}"
        shutil.rmtree(data, ignore_errors=True)  # of a seeding that failed
        data.mkdir()
        url = ""
        if engine == "postgresql":
            self.cluster.sql("DROP DATABASE IF EXISTS seeded")
            self.cluster.sql("CREATE DATABASE seeded")
            url = self.cluster.url("seeded")
        environment = environment_of(data, url) | {"ANY_TIME": "1"}
        said = run([sys.executable, "-m", "faults.seeding"], environment)
        return json.loads(said.splitlines()[-1])

    def close(self):
        for office in list(self.open):
            office.__exit__()
        if self._cluster:
            with suppress(RuntimeError):
                self._cluster.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)


class Office:
    """`without`: a function of a fault's module that takes a protection away in the workers (see
    faults.unprotected). `env`: more environment. `folder`: where its data goes, a new one if None.
    `serve`: False for its data alone."""

    def __init__(
        self,
        offices: Offices,
        engine: str,
        *,
        number: int,
        workers: int = 2,
        nginx: bool = False,
        env: dict | None = None,
        without=None,
        folder: Path | None = None,
        serve: bool = True,
    ):
        self.offices, self.engine, self.name = offices, engine, f"office_{number}"
        self.folder = folder or offices.folder / self.name
        self.data = self.folder / "data"
        self.wanted_workers, self.with_nginx, self.serve = workers, nginx, serve
        self.port, self.nginx_port = free_port(), free_port() if nginx else None
        self.direct = f"http://127.0.0.1:{self.port}"
        self.url = f"http://127.0.0.1:{self.nginx_port}" if nginx else self.direct
        self.env, self.without = env or {}, without
        self.server = self.proxy = None

    # --- its life

    def __enter__(self) -> "Office":
        self.offices.open.add(self)
        try:
            self._move_in()
            if self.serve:
                self.start()
            if self.with_nginx:
                self._start_nginx()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in (self.proxy, self.server):
            if process:
                end(process)
        if self.engine == "postgresql":
            with suppress(RuntimeError):  # a fault may have left it stopped
                self.database.sql(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.offices.open.discard(self)

    def _move_in(self):
        self.offices.seed(self.engine)
        self.folder.mkdir(exist_ok=True)
        shutil.copytree(self.offices.folder / f"seeded-{self.engine}", self.data)
        if self.engine == "postgresql":
            with self.offices.copying:
                self.database.sql(f"CREATE DATABASE {self.name} TEMPLATE seeded")
        (self.folder / "tmp").mkdir()

    def start(self):
        application = "faults.unprotected" if "FAULT_WITHOUT" in self.environment else "cchc.wsgi"
        with (self.folder / "server.log").open("ab") as log:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", application],
                env=self.environment,
                cwd=BASE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait()

    def stop(self, how: int = signal.SIGTERM):
        end(self.server, how)

    def restart(self):
        self.stop()
        self.start()

    def wait(self, seconds: float = START):
        """Until it answers that it is well; RuntimeError with the log when it does not."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.server.poll() is not None:
                break
            if self.health()[0] == 200:
                return
            time.sleep(0.1)
        raise RuntimeError(f"The office does not answer.\n{self.log()[-4000:]}")

    # --- what faults need of it

    @property
    def database(self) -> Cluster:
        """PostgreSQL's server: stop("fast" | "immediate"), start()."""
        return self.offices.cluster

    @property
    def database_url(self) -> str:
        return self.database.url(self.name) if self.engine == "postgresql" else ""

    @property
    def sqlite(self) -> Path:
        return self.data / "cchc.sqlite3"

    @property
    def environment(self) -> dict:
        made = environment_of(self.data, self.database_url) | {
            "BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": str(self.wanted_workers),
            "TMPDIR": str(self.folder / "tmp"),
        }
        if self.without:
            made["FAULT_WITHOUT"] = f"{self.without.__module__}:{self.without.__name__}"
        return made | self.env

    def workers(self) -> list[int]:
        """The process numbers of gunicorn's workers."""
        return children(self.server.pid)

    def log(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")

    def health(self, token: str = "") -> tuple[int, dict]:
        """(status, what /suc-khoe/ says), (0, {}) when nobody answers."""
        shown = {"Authorization": f"Bearer {token}"} if token else {}
        line = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/suc-khoe/", headers=shown)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read() or "{}")
        except (OSError, HTTPException, ValueError):
            return 0, {}
        finally:
            line.close()

    def query(self, sql: str) -> list[tuple]:
        """Rows of the database as they stand, asked beside the application; or a change of them."""
        if self.engine == "postgresql":
            with psycopg.connect(self.database_url.replace("postgres:", "postgresql:")) as line:
                done = line.execute(sql)
                return done.fetchall() if done.description else []
        with closing(sqlite3.connect(self.sqlite, timeout=20)) as line, line:
            return line.execute(sql).fetchall()

    def manage(self, *arguments, check: bool = True) -> subprocess.CompletedProcess:
        """manage.py in the office's environment; RuntimeError when it fails and `check`."""
        command = [sys.executable, "manage.py", *map(str, arguments)]
        return self._do(command, check)

    def python(self, code: str, *arguments, check: bool = True, env: dict | None = None):
        """Code in the application's environment, Django set up: what its last printed line says as
        JSON, or the text of what it printed."""
        command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
        said = self._do([*command, *map(str, arguments)], check, env).stdout.strip()
        try:
            return json.loads(said.splitlines()[-1])
        except (ValueError, IndexError):
            return said

    def _do(self, command, check, env=None):
        environment = self.environment | {"ANY_TIME": "1"} | (env or {})
        done = subprocess.run(
            command, env=environment, cwd=BASE, capture_output=True, text=True, timeout=300
        )
        if check and done.returncode:
            raise RuntimeError(f"{command[-1]}: {done.stdout[-2000:]}{done.stderr[-3000:]}")
        return done

    # --- nginx

    def _start_nginx(self):
        home = self.folder / "nginx"
        home.mkdir()
        (home / "nginx.conf").write_text(nginx_configuration(self, home), encoding="utf-8")
        self.proxy = subprocess.Popen(
            ["nginx", "-p", str(home), "-c", str(home / "nginx.conf"), "-g", "daemon off;"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + START
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.nginx_port), 1):
                return
            time.sleep(0.05)
        raise RuntimeError("nginx does not start: " + (home / "error.log").read_text()[-2000:])


def nginx_configuration(office: Office, home: Path) -> str:
    """deploy/nginx.conf as it is, but on this machine, without the certificate, with our folders."""
    head, _, rest = (
        (BASE / "deploy/nginx.conf").read_text(encoding="utf-8").partition("# Names that are not")
    )
    site = "server {\n    listen 443 ssl http2;" + rest.partition("    listen 443 ssl http2;")[2]
    site = "\n".join(line for line in site.splitlines() if not line.strip().startswith("ssl_"))
    changed = {
        "server unix:/run/cchc/web.sock fail_timeout=5s;": f"server 127.0.0.1:{office.port};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{office.nginx_port};",
        "server_name cchc.tinh.gov.vn;": "server_name 127.0.0.1;",
        "/var/log/nginx/cchc.": f"{home}/",
        "X-Forwarded-Proto https;": "X-Forwarded-Proto http;",
        "/opt/cchc/deploy/": f"{BASE}/deploy/",
        "/var/lib/cchc/": f"{office.data}/",
    }
    text = head + site
    for ours, theirs in changed.items():
        if ours not in text:
            raise RuntimeError(f"deploy/nginx.conf no longer says {ours!r}.")
        text = text.replace(ours, theirs)
    folders = "".join(
        f"{kind}_temp_path {home}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.getuid() == 0 else ""
    return (
        f"{user}pid {home}/pid;\nerror_log {home}/error.log;\nworker_processes 1;\n"
        f"events {{ worker_connections 512; }}\nhttp {{\n{folders}{text}\n}}\n"
    )


def environment_of(data: Path, database_url: str) -> dict:
    """Nothing of the environment that somebody has set for a server of their own."""
    made = SETTINGS | {"DATA_DIR": str(data)}
    return made | ({"DATABASE_URL": database_url} if database_url else {})


def run(command: list[str], environment: dict) -> str:
    done = subprocess.run(
        command, env=environment, cwd=BASE, capture_output=True, text=True, timeout=300
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-3000:]}")
    return done.stdout


def end(process: subprocess.Popen, how: int = signal.SIGTERM):
    """Ask it to end, then make it and all it started."""
    if process.poll() is None:
        process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def children(pid: int) -> list[int]:
    try:
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def engines_here() -> tuple[str, ...]:
    return ("sqlite", "postgresql") if programs() else ("sqlite",)

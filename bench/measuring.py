"""The loops: requests to several servers in turn, so that a busy machine is unfair to none; many
clients at once; memory over many requests."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle
from math import inf
from statistics import mean, median
from time import perf_counter

from bench import processes
from bench.arithmetic import percentile
from bench.client import Client
from bench.counting import ASK, DATABASE, FRESH, QUERIES
from bench.servers import Server

BLOCK = 0.4  # seconds
QUIET = 0.25  # cores: a block in which others use more is disturbed
WARM = 5  # rounds before; each worker keeps its own pages
MADE_ANEW = {FRESH: "1"}


@dataclass
class Case:
    """One thing asked of one server again and again. `ask(n)` gives the seconds it took."""

    server: Server
    ask: Callable[[int], float]
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # of server and database
    told: dict = field(default_factory=dict)
    pids: list[int] = field(default_factory=list)

    def measured(self, n) -> tuple[float, float]:
        """Seconds that passed, seconds of the processor. Another case of the same server has its own."""
        before = processes.cpu(self.pids)
        passed = self.ask(n)
        return passed, max(0.0, processes.cpu(self.pids) - before)

    def find_processes(self):
        """Anew now and then: a connection to the database is renewed after five minutes."""
        self.pids = self.server.pids() + self.server.database_pids()

    def figures(self) -> dict:
        ms = [1000 * s for s in self.seconds]
        return {
            "p50": round(median(ms), 2),
            "p95": round(percentile(ms, 95), 2),
            "n": len(ms),
            "cpu": round(1000 * mean(self.cpu), 2),
            **self.told,
        }


def get(client: Client, path: str, **headers: str):
    def ask(_):
        answer = client.get(path, **headers)
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
        return answer.seconds

    return ask


def looked_at(client: Client, path: str, **headers: str) -> dict:
    """Queries, their time, bytes of a page, once both workers are warm: the fewest, since a worker
    that has not kept the page yet makes it anew."""
    answers = [client.get(path, **{ASK: "1"}, **headers) for _ in range(2 * WARM)]
    answer = min(answers, key=lambda one: int(one.headers[QUERIES.lower()]))
    packed = client.get(path, **{"Accept-Encoding": "gzip"})
    return {
        "queries": int(answer.headers[QUERIES.lower()]),
        "database_ms": float(answer.headers[DATABASE.lower()]),
        "bytes": len(answer.body),
        "bytes_packed": len(packed.body),
    }


def in_turn(cases: list[Case], requests: int, most_seconds: float, warm: int = WARM) -> float:
    """Every case once, then again. Of blocks in which others on the machine worked much, the times
    are thrown away where enough quiet ones remain. Returns the cores that others used."""
    for n in range(warm):
        for case in cases:
            case.ask(n)
    for case in cases:
        case.find_processes()
    everybody = {pid for case in cases for pid in case.pids}
    taken: list[tuple[bool, list[list[tuple[float, float]]]]] = []
    first = block = processes.Moment.now(everybody)
    rounds: list[list[tuple[float, float]]] = []
    end = perf_counter() + most_seconds
    for n in range(requests):
        rounds.append([case.measured(warm + n) for case in cases])
        over = perf_counter() > end
        if perf_counter() - block.at > BLOCK or over or n == requests - 1:
            now = processes.Moment.now(everybody)
            taken.append((now.others_since(block) < QUIET, rounds))
            for case in cases:
                case.find_processes()
            everybody = {pid for case in cases for pid in case.pids}
            block, rounds = processes.Moment.now(everybody), []
        if over:
            break
    others = now.others_since(first)
    quiet = [one for is_quiet, rows in taken if is_quiet for one in rows]
    every = [one for _, rows in taken for one in rows]
    kept = quiet if len(quiet) >= max(10, len(every) // 3) else every
    for place, case in enumerate(cases):
        case.seconds = [row[place][0] for row in kept]
        case.cpu = [row[place][1] for row in kept]
    return round(others, 2)


Asked = tuple[dict, str, dict]  # cookies, path, headers


def at_once(server: Server, asked: list[Asked], *, seconds=inf, rounds=0, clients: int = 8) -> dict:
    """All that is `asked` in turn by so many clients; for so long, or so often.
    `not_ours`: cores that the clients and others used."""
    lock, taken, wrong = threading.Lock(), [], []
    order = iter(asked * rounds) if rounds else cycle(asked)
    end = perf_counter() + seconds

    def work():
        while perf_counter() < end:
            with lock:
                cookies, path, headers = next(order, (None, None, None))
            if path is None:
                return
            try:
                answer = Client(server.port, dict(cookies)).get(path, **headers)
            except OSError as error:
                wrong.append((path, error))
                return
            taken.append(answer.seconds)
            if answer.status != 200:
                wrong.append((path, answer.status))

    pids = server.pids() + server.database_pids()
    before, moment = server.cpu(), processes.Moment.now(pids)
    busy = processes.busy()
    threads = [threading.Thread(target=work, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent, after = server.cpu() - before, processes.Moment.now(pids)
    passed = after.at - moment.at
    if wrong:
        raise SystemExit(f"Under load: {wrong[:3]}")
    not_ours = (processes.busy() - busy - spent) / passed
    return {
        "rps": round(len(taken) / passed, 1),
        "p50": round(1000 * median(taken), 1),
        "p95": round(1000 * percentile(taken, 95), 1),
        "cpu": round(1000 * spent / len(taken), 2),
        "others": round(after.others_since(moment), 2),
        "not_ours": round(not_ours, 2),
    }


def memory(server: Server, asked: list[Asked], requests: int) -> list[tuple[int, float]]:
    """PSS of all its processes after so many requests by four clients, at six marks."""
    rounds, done = max(1, round(requests / 5 / len(asked))), 0
    marks = [(0, round(server.pss(), 1))]
    while done < requests:
        at_once(server, asked, rounds=rounds, clients=4)
        done += rounds * len(asked)
        marks.append((done, round(server.pss(), 1)))
    return marks

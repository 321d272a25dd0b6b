"""One run: the servers, the loops over pages, the update, load and memory."""

import os
import re
import sys
import uuid
from contextlib import ExitStack
from statistics import median

from bench import measuring, pages
from bench.client import TOKEN, Client, fields_of
from bench.databases import APPLICATION, FLOOR, PASSWORD, Databases
from bench.floor.seed import PASSWORD as FLOOR_PASSWORD
from bench.measuring import MADE_ANEW, Case
from bench.servers import Server, collect_static

SMALL = 2500  # what a larger province's pages are held against
PDF = b"%PDF-1.7\n" + b"% a signed document, as far as a server looks\n" * 2000 + b"%%EOF\n"


def say(*words):
    print(*words, file=sys.stderr, flush=True)


class Bench:
    """`quick`: a tenth of the requests, for a first look. `stack` stops the servers at its end."""

    def __init__(self, databases: Databases, assignments: int, quick: bool, stack: ExitStack):
        self.assignments, self.quick, self.stack = assignments, quick, stack
        copy = databases.copy(APPLICATION, assignments)
        static = collect_static(databases, copy)
        self.app = self._serve("bench.wsgi", copy, databases, static)
        self.floor = self._serve("bench.floor.wsgi", databases.copy(FLOOR, assignments), databases)
        self.small = None
        if assignments > SMALL:
            copy = databases.copy(APPLICATION, SMALL)
            self.small = self._serve("bench.wsgi", copy, databases, static)
        self._people: dict[tuple[int, str], Client] = {}

    def _serve(self, *arguments) -> Server:
        server = Server(*arguments)
        self.stack.callback(server.stop)
        return server

    def person(self, server: Server, name: str) -> Client:
        key = server.port, name
        if key not in self._people:
            password = FLOOR_PASSWORD if server is self.floor else PASSWORD
            self._people[key] = Client(server.port).sign_in(name, password)
        return self._people[key]

    def pages(self, wanted: set[str], found: dict[str, dict]):
        for page in pages.PAGES:
            if page.name in wanted:
                found[page.name] = self._page(page)
                say(page.name, *(f"{n} {c['p50']} ms," for n, c in found[page.name].items()
                                 if n in ("app", "fresh", "floor")))  # fmt: skip

    def _page(self, page) -> dict:
        """As it is asked again (`app`), and with all that was kept forgotten (`fresh`): what it costs
        the first who looks after an update."""
        person, visitor = self.person(self.app, page.who), self.person(self.floor, "bench")
        path = pages.address(page, person)
        floor_path = page.floor_path(person.get(path).text)
        cases = {
            "app": self._case(self.app, person, path),
            "floor": self._case(self.floor, visitor, floor_path),
            "fresh": self._case(self.app, person, path, **MADE_ANEW),
        }
        if self.small:
            same = self.person(self.small, page.who)
            cases["small"] = self._case(self.small, same, path)
            cases["small-fresh"] = self._case(self.small, same, path, **MADE_ANEW)
        requests, seconds = (25, 4) if self.quick else (100, 14)
        others = measuring.in_turn(list(cases.values()), requests, seconds)
        found = {name: case.figures() for name, case in cases.items()}
        found |= {"others": others, "times": {n: c.seconds for n, c in cases.items()}}
        for name, server, cookies, asked in (
            ("app", self.app, person.cookies, path),
            ("floor", self.floor, visitor.cookies, floor_path),
        ):
            seconds = 1 if self.quick else 2
            found[name]["load"] = measuring.at_once(server, [(cookies, asked, {})], seconds=seconds)
        return found

    @staticmethod
    def _case(server: Server, person: Client, path: str, **headers: str) -> Case:
        case = Case(server, measuring.get(person, path, **headers))
        case.told = measuring.looked_at(person, path, **headers) | {"path": path}
        return case

    def update(self, with_file: bool) -> dict:
        """A unit reports what it did and cites a document, with or without its file."""
        visitor = self.person(self.floor, "bench")
        form = fields_of(visitor.get("/update/7/").text)
        task = iter(range(8, 10**6))

        def ask_floor(n):
            path = f"/update/{next(task) % self.assignments + 1}/"
            told = {TOKEN: form[TOKEN], "progress": str(n % 10 * 10), "note": "Đã làm." * 10}
            answer = visitor.post(path, told)
            if answer.status != 302:
                raise SystemExit(f"{path}: {answer.status}")
            return answer.seconds

        cases = {"app": Case(self.app, self._report(self.app, with_file))}
        cases["floor"] = Case(self.floor, ask_floor)
        if self.small:
            cases["small"] = Case(self.small, self._report(self.small, with_file))
        others = measuring.in_turn(list(cases.values()), 20 if self.quick else 80, 20)
        found = {name: case.figures() for name, case in cases.items()}
        # The form is read before each post, outside its time but on the server's processor.
        for name in cases:
            if name != "floor":
                del found[name]["cpu"]
        return found | {"others": others, "times": {n: c.seconds for n, c in cases.items()}}

    def _report(self, server: Server, with_file: bool):
        member = self.person(server, pages.MEMBER)
        forms = pages.update_forms(member.get(pages.WORK).text)
        nothing = [("vb-0-file", "", "application/octet-stream", b"")]

        def ask(n):
            path = forms[n % len(forms)]
            fields = pages.filled_in(member.get(path).text, n)
            mark = uuid.uuid4().hex
            pdf = PDF + mark.encode() + b"\n%%EOF"
            files = [("vb-0-file", f"{mark}.pdf", "application/pdf", pdf)]
            answer = member.post(path, fields, files if with_file else nothing)
            if answer.status != 302:
                raise SystemExit(f"{path}: {answer.status}\n{_complaints(answer.text)}")
            return answer.seconds

        return ask

    def mixed(self, headers: dict) -> list[measuring.Asked]:
        """Every page once, each by the person who looks at it."""
        found = []
        for page in pages.PAGES:
            person = self.person(self.app, page.who)
            found.append((person.cookies, pages.address(page, person), headers))
        return found

    def load(self, headers: dict) -> dict:
        """Mixed pages, first one by one for the processor's time of a request, then by eight."""
        asked = self.mixed(headers)
        measuring.at_once(self.app, asked, rounds=2)
        alone = measuring.at_once(self.app, asked, rounds=2 if self.quick else 6, clients=1)
        many = measuring.at_once(self.app, asked, rounds=6 if self.quick else 20)
        free = os.cpu_count() - many["not_ours"]
        return {"alone": alone, "many": many,
                "efficiency": round(many["rps"] * alone["cpu"] / 1000 / max(free, 0.1), 3)}  # fmt: skip

    def memory(self, requests: int) -> dict:
        """Half of the pages made anew, half as they were kept."""
        before = round(median(self.app.pss() for _ in range(3)), 1)
        marks = measuring.memory(self.app, self.mixed({}) + self.mixed(MADE_ANEW), requests)
        return {"before": before, "marks": marks, "floor": round(self.floor.pss(), 1)}


def _complaints(page: str) -> str:
    return "; ".join(re.findall(r'class="(?:msg bad|invalid-feedback)[^>]*>(.{0,200})', page))[:600]

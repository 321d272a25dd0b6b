"""What is to be reached, and what a run says of it. A goal is what we want, a limit what we must.
They are of a page as it is asked while nothing was written; what it costs made anew stands beside.

Redmine 5 under puma, two workers, was measured once on the machine of these goals (p50 in ms, with
1,000 and with 10,000 issues); it is scaled by what the floor's list of 50 rows takes in this run and
took there."""

from statistics import median

from bench.arithmetic import Line, noise, ratio

REDMINE = {
    "sqlite": {"plan": (91, 131), "task": (83, 110), "dashboard": (71, 239), "update": (100, 183)},
    "postgresql": {
        "plan": (95, 103), "task": (107, 102), "dashboard": (81, 144), "update": (142, 162),
    },
}  # fmt: skip
FLOOR_LIST_THEN = {"sqlite": 12.1, "postgresql": 12.8}
OF_REDMINE = {"plan": 0.12, "task": 0.12, "dashboard": 0.15, "update": 0.10}

LISTS = ("plan", "work", "documents", "search", "search-docs")
OF_FLOOR = {
    "plan": (1.0, 1.5), "work": (1.0, 1.5), "task": (2.0, 3.0), "dashboard": (2.0, 4.0),
    "update": (2.0, 3.0),
}  # fmt: skip
GROWTH = {"dashboard": (1.2, 1.5)} | dict.fromkeys(LISTS, (1.15, 1.3))
PROVINCE_MS = (20, 60)  # over the floor's list of as many rows
PAGES_OF_PDF = (1.15, 1.3)
EXCEL, EXCEL_MB = (1.25, 1.5), (15, 15)
WORD_SECONDS = (0.3, 0.5)
MEMORY_MB, GROWN_MB = (150, 180), (5, 10)
EFFICIENCY = (0.85, 0.7)


def lines_of(found: dict, most_queries: dict[str, int]) -> list[Line]:
    """`found`: what a run measured (bench.run), with what it was run on."""
    lines = [
        *_pages(found, most_queries),
        *_updates(found),
        *_redmine(found),
        *_files(found.get("files", {})),
        *_whole(found),
    ]
    return [line for line in lines if line is not None]


def _against_floor(name, one, bounds) -> Line:
    goal, limit = bounds or (None, None)
    ours, theirs = one["times"]["app"], one["times"]["floor"]
    return Line(f"{name} / floor", round(ratio(ours, theirs), 2), "x", goal, limit,
                noise=round(noise(ours, theirs), 2), against=one["floor"].get("path", ""))  # fmt: skip


def _pages(found, most_queries):
    for name, one in found.get("pages", {}).items():
        of_floor = OF_FLOOR.get(name)
        if name == "dashboard" and found["assignments"] > 2500:
            of_floor = None  # the floor's counts are of all offices, the page's of one
        yield _against_floor(name, one, of_floor)
        if "fresh" in one:
            ours, theirs = one["times"]["fresh"], one["times"]["floor"]
            yield Line(f"{name}, made anew / floor", round(ratio(ours, theirs), 2),
                       noise=round(noise(ours, theirs), 2))  # fmt: skip
        if most := most_queries.get(name):
            yield Line(f"{name}: queries", one["app"]["queries"], "queries", most, most)
        if name == "province":
            goal, limit = PROVINCE_MS
            over = (
                one["app"]["cpu"] - one["floor"]["cpu"]
            )  # what others on the machine lengthen least
            yield Line("province - floor, CPU", round(over, 1), "ms", goal, limit)
            if "fresh" in one:
                over = one["fresh"]["cpu"] - one["floor"]["cpu"]
                yield Line("province, made anew - floor, CPU", round(over, 1), "ms")
        if "small" in one:
            goal, limit = GROWTH.get(name, (None, None))
            ours, theirs = one["times"]["app"], one["times"]["small"]
            yield Line(f"{name} / itself at 2,500", round(ratio(ours, theirs), 2), "x", goal, limit,
                       noise=round(noise(ours, theirs), 2))  # fmt: skip
        if "small-fresh" in one:
            ours, theirs = one["times"]["fresh"], one["times"]["small-fresh"]
            yield Line(f"{name}, made anew / itself at 2,500", round(ratio(ours, theirs), 2),
                       noise=round(noise(ours, theirs), 2))  # fmt: skip


def _updates(found):
    for name in ("update", "update-file"):
        if one := found.get(name):
            yield _against_floor(name, one, OF_FLOOR.get(name))


def _redmine(found):
    measured = found.get("pages", {}) | {"update": found.get("update")}
    listed = measured.get("plan")
    if not listed:
        return
    slower = listed["floor"]["p50"] / FLOOR_LIST_THEN[found["engine"]]
    for name, most in OF_REDMINE.items():
        if one := measured.get(name):
            theirs = REDMINE[found["engine"]][name][found["assignments"] > 2500] * slower
            yield Line(f"{name} / Redmine", round(one["app"]["p50"] / theirs, 3), "x", most, most,
                       noise=0.2)  # fmt: skip


def _files(files):
    if pdf := files.get("pdf"):
        yield _against_bare(f"PDF, {pdf['pages']} pages / bare WeasyPrint", pdf, PAGES_OF_PDF)
    if excel := files.get("excel"):
        yield _against_bare(f"Excel, {excel['rows']} rows / bare XlsxWriter", excel, EXCEL)
        yield Line("Excel: memory added", round(excel["added_mb"], 1), "MB", *EXCEL_MB)
    if word := files.get("word"):
        yield Line("Word, 20 pages", round(median(word["ours"]), 2), "s", *WORD_SECONDS)


def _against_bare(name, one, bounds) -> Line:
    spread = max(one["ours"]) / min(one["ours"]) - 1
    return Line(name, round(ratio(one["ours"], one["bare"]), 2), "x", *bounds, noise=spread)


def _whole(found):
    for words, load in (("", found.get("load")), (" made anew", found.get("load-fresh"))):
        if load:
            name = f"8 clients, mixed pages{words}"
            yield Line(f"{name} / what the cores can give", load["efficiency"], "x",
                       *EFFICIENCY, at_least=True)  # fmt: skip
            yield Line(name, load["many"]["rps"], "per s", at_least=True,
                       noise=load["many"]["others"] / 2)  # fmt: skip
    if memory := found.get("memory"):
        marks = memory["marks"]
        number, last = marks[-1]
        yield Line(f"memory after {number} requests", last, "MB", *MEMORY_MB)
        yield Line("memory grown since a fifth of them", round(last - marks[1][1], 1), "MB",
                   *GROWN_MB, noise=1.0)  # fmt: skip

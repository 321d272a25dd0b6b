"""`python -m bench explain --engine postgresql --assignments 100000`: every query of the pages and of
an update, as PostgreSQL means to run it. Fails where one office's page reads a large table whole."""

import json
from dataclasses import dataclass

from bench import inside, pages
from bench.databases import Copy

LARGE = 10_000  # rows
WHOLE_PROVINCE = {"province"}  # counts all offices' work: told, not a failure
SCANS = {"Seq Scan", "Index Scan", "Index Only Scan"}
CONDITIONS = ("Index Cond", "Recheck Cond")
EXPLAINED = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Query:
    sql: str
    params: tuple


def explain(copy: Copy) -> int:
    """The exit code."""
    inside.made_ready(copy)
    large = _large_tables()
    print(f"Tables of more than {LARGE:,} rows: {', '.join(sorted(large))}")
    wrong = 0
    for name, queries in _asked():
        found = [(query, whole) for query in queries if (whole := _read_whole(query, large))]
        tables = sorted({table for _, whole in found for table in whole})
        verdict = f"reads whole: {', '.join(tables)}" if found else "ok"
        if found and name in WHOLE_PROVINCE:
            verdict += " (counts every office, may)"
        print(f"{name:13}{len(queries):4} queries  {verdict}")
        if name not in WHOLE_PROVINCE:
            wrong += len(found)
            for query, whole in found:
                print(f"    {', '.join(whole)}: {query.sql}\n    {query.params}")
    return 1 if wrong else 0


def _asked():
    """(name, queries) of each page, of the form of an update and of posting it."""
    from cchc import kept

    for page in pages.PAGES:
        client = inside.signed_in(page.who)
        path = inside.address(client, page.path)
        kept.forget()
        yield page.name, _queries_of(lambda client=client, path=path: client.get(path), 200)
    member = inside.signed_in(pages.MEMBER)
    form = pages.update_forms(member.get(pages.WORK).content.decode())[0]
    shown = []
    yield "update form", _queries_of(lambda: shown.append(member.get(form)) or shown[0], 200)
    fields = pages.filled_in(shown[0].content.decode(), 1)
    yield "update", _queries_of(lambda: member.post(form, fields), 302)


def _queries_of(ask, status: int) -> list[Query]:
    from django.db import connection

    found = []

    def note(execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(EXPLAINED):
            told = params[0] if many else params or ()
            found.append(Query(sql, told if isinstance(told, dict) else tuple(told)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = ask()
    if answer.status_code != status:
        raise SystemExit(f"{answer.request['PATH_INFO']}: {answer.status_code}")
    return found


def _large_tables() -> set[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s"
            " AND relnamespace = 'public'::regnamespace",
            [LARGE],
        )
        return {name for (name,) in cursor.fetchall()}


def _read_whole(query: Query, large: set[str]) -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + query.sql, query.params)
        (told,) = cursor.fetchone()
    if isinstance(told, str):
        told = json.loads(told)
    return sorted(set(_scans(told[0]["Plan"], large, limited=False)))


def _scans(node: dict, large: set[str], limited: bool):
    """Tables read from end to end, also by an index without a condition, unless a LIMIT above stops
    it early; a sort or a grouping in between would read all of it all the same."""
    kind, table = node["Node Type"], node.get("Relation Name")
    limited = kind == "Limit" or (limited and kind not in ("Sort", "Aggregate", "Hash"))
    by_key = any(word in node for word in CONDITIONS)
    if kind in SCANS and table in large and not by_key and not (limited and kind != "Seq Scan"):
        yield table
    for below in node.get("Plans", ()):
        yield from _scans(below, large, limited)

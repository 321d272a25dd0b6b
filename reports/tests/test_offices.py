"""Many plans, many offices: what a department sees of its sister (nothing), where links lead, and the
offices side by side, whose numbers are the ledger's."""

import re
from datetime import date
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cchc.models import Unit, User
from conftest import at
from reports.offices import read_offices
from reports.tests.province import copied_plan, opened_plan, province, unit
from tasks import actions, directing, opening, tallies
from tasks.buckets import Bucket
from tasks.filters import FOR_LEADERS, occurrences_of
from tasks.ledger import read_year
from tasks.models import Assignment, Directive, Notice, Plan, Task
from tasks.tests.story import all_products, citation, fresh, report, send, verify
from tasks.viewing import Viewing

NOW = at(2024, 12, 16)
PAGES = (
    "/",
    "/so-sanh/",
    "/trinh-chieu/",
    "/ke-hoach/",
    "/ke-hoach/nguyen-van/",
    "/ke-hoach/excel/",
    "/ke-hoach/sua-doi/",
    "/ke-hoach/cac-ke-hoach/",
    "/viec-cua-don-vi/",
    "/viec-cua-don-vi/excel/",
    "/dieu-phoi/",
    "/cho-xac-nhan/",
    "/don-doc/lanh-dao/",
    "/chi-dao/",
    "/gia-han/",
    "/van-ban/",
    "/don-vi/",
    "/chi-tieu/",
    "/chi-tieu/chi-so/",
    "/bao-cao/",
    "/bao-cao/de-cuong/",
    "/thong-bao/",
    "/lich/",
    "/cac-co-quan/",
    "/them/",
)
# Of a person, whatever plan the address names.
PERSONAL = ("/thong-bao/", "/them/", "/ke-hoach/cac-ke-hoach/")


@pytest.fixture
def offices(opened):
    """A province with two departments; in each somebody wrote, was told, was answered."""
    with time_machine.travel(NOW, tick=False):
        of = province("SA", "SB")
        for code in ("SA", "SB"):
            mark = f"zq{code}"
            of[code].name = f"Sở {mark}"
            of[code].save()
            small = code.lower()
            who = {u.username: u for u in User.objects.filter(username__startswith=f"{small}.")}
            thu = who[f"{small}.coordinator"]
            plan = opened_plan(of[code], f"ke-hoach-{small}", thu, at(2022, 1, 5), mark=mark)
            _work(plan, who, small, mark)
        yield of


def _work(plan, who, small, mark):
    member, leader = who[f"{small}.member"], who[f"{small}.leader"]
    coordinator = who[f"{small}.coordinator"]
    own = Assignment.objects.filter(task__plan=plan, year=2024, unit=member.unit)
    first, second = list(own.order_by("task__position"))[:2]
    report(first, member, at(2024, 3, 1), result=f"{mark}result", difficulty=f"{mark}difficulty",
           proposal=f"{mark}proposal")  # fmt: skip
    directing.direct(
        task=first.task, year=2024, period=first.period, unit=first.unit, by=leader,
        at=at(2024, 3, 2), words=f"{mark}directive",
    )  # fmt: skip
    cited = citation(f"7/{mark}", date(2024, 2, 1), all_products(second), summary=f"{mark}summary")
    report(second, member, at(2024, 3, 3), send=True, result=f"{mark}done", cite=(cited,))
    verify(second, coordinator, at(2024, 3, 4))
    hcqt = Assignment.objects.filter(task__plan=plan, year=2024, unit=coordinator.unit).first()
    send(hcqt, coordinator, on=date(2024, 2, 1))


def text_of(response) -> str:
    if response.status_code == 200 and "spreadsheet" in response["Content-Type"]:
        from io import BytesIO

        from openpyxl import load_workbook

        book = load_workbook(BytesIO(b"".join(response)))
        return " ".join(str(c) for s in book for row in s.values for c in row if c is not None)
    return b"".join(response).decode(errors="ignore")


def test_a_department_finds_nothing_of_its_sister(client, offices):
    mine = re.compile(r"zqSA[a-z]*")
    found = set()
    for role in ("member", "head", "coordinator", "leader"):
        client.force_login(User.objects.get(username=f"sa.{role}"))
        for path in PAGES:
            response, other = client.get(path), client.get(path + "?ke-hoach=ke-hoach-sb")
            assert response.status_code in (200, 302, 403, 404), path
            assert other.status_code in (403, 404) or path in PERSONAL, path
            for words in (text_of(response), text_of(other)):
                assert "zqSB" not in words, (role, path)
                found |= set(mine.findall(words))
    assert {"zqSAresult", "zqSAdifficulty", "zqSAdirective", "zqSAsummary", "zqSA"} <= found


def test_nobody_acts_on_the_plan_of_a_sister_or_of_an_office_below(client, offices):
    work = Assignment.objects.filter(
        task__plan__code="ke-hoach-sb", state="pending", unit__code="SB-P"
    ).get()
    said = Directive.objects.get(task__plan__code="ke-hoach-sb")
    paths = {
        "coordinator": (f"/phan-viec/{work.pk}/nhac/", f"/phan-viec/{work.pk}/dung/"),
        "leader": (f"/phan-viec/{work.pk}/xac-nhan/", f"/phan-viec/{work.pk}/tra-lai/"),
    }
    for role, addresses in paths.items():
        for office, refused in (("sa", {404}), ("tinh", {403, 404})):
            client.force_login(User.objects.get(username=f"{office}.{role}"))
            for path in (*addresses, f"/chi-dao/{said.pk}/xu-ly/"):
                assert client.post(path, {"version": work.version}).status_code in refused, path
    client.force_login(User.objects.get(username="tinh.leader"))
    code, period = work.task.code, work.period_code
    page = client.get(f"/nhiem-vu/{code}/{period}/?ke-hoach=ke-hoach-sb").content.decode()
    assert "zqSB" in page and "chi-dao/" not in page, "the root's leader reads, and directs nobody"
    assert client.get("/cho-xac-nhan/").status_code == 200
    assert not Assignment.objects.awaiting(User.objects.get(username="tinh.leader")).exists()
    assert Assignment.objects.awaiting(User.objects.get(username="sb.leader")).get() == work
    sent = Notice.objects.filter(key=f"sent:{work.updates.last().pk}")
    assert [n.user.username for n in sent] == ["sb.leader"]


HREF = re.compile(r'<(a|form)\b[^>]*?(?:href|action)="(/[^"#]*)[^"]*"', re.S)
# Addresses that name their object by a number of its own, or are about the person or their office.
OWN_PLAN = re.compile(
    r"^/(phan-viec|van-ban/\d|thong-bao|lich|cach-xem|xac-thuc|doi-mat-khau|dang-xuat|them|static|"
    r"ke-hoach/nap|bao-cao/muc|chi-dao/\d|gia-han/\d|don-doc/\d|don-doc/phieu/\d|ke-hoach/cac-ke-hoach/.)"
)


@pytest.mark.parametrize("who", ["tinh.leader", "tinh.coordinator"])
def test_no_link_of_another_plans_pages_leads_out_of_it(client, offices, who):
    opened_plan(offices["TINH"], "ke-hoach-tinh", User.objects.get(username="tinh.coordinator"),
                NOW, tasks=2)  # fmt: skip
    client.force_login(User.objects.get(username=who))
    mark, todo = "ke-hoach=ke-hoach-sa", ["/?ke-hoach=ke-hoach-sa"]
    kinds = {"/cac-co-quan/"}  # that page leads to the other offices
    while todo:
        path = todo.pop()
        response = client.get(path, follow=True)
        assert response.status_code == 200, path
        assert mark in response.request["QUERY_STRING"], "a redirect keeps it too"
        body = re.sub(
            r'<div class="menu" role.*?</details>', "", response.content.decode(), flags=re.S
        )
        for _, href in HREF.findall(body):
            href = unescape(href)
            bare = href.partition("?")[0]
            if OWN_PLAN.match(bare) or href.startswith("/ke-hoach/?q"):
                continue
            if (
                bare == "/ke-hoach/"
                and 'role="search" action="/ke-hoach/"' in body
                and "?" not in href
            ):
                assert 'name="ke-hoach" value="ke-hoach-sa"' in body  # a GET form: in its fields
                continue
            assert mark in href, (path, href)
            kind = re.sub(r"[IVX]+\.\d+|\d+(-\w+)?", "#", bare)
            pages = kind.endswith("/") and not re.search(r"excel|pdf|word", kind)
            if kind not in kinds and pages:  # one page of each kind
                kinds.add(kind)
                todo.append(href)
        assert "ke-hoach-sa" in body
    assert len(kinds) > 8, kinds


def test_what_is_posted_comes_back_to_the_same_plan(client, offices):
    """Without the mark too: a piece of work knows its own plan."""
    boss = unit("TINH-Q", offices["TINH"])
    assert boss.path.startswith("/TINH/")
    coordinator = User.objects.get(username="sa.coordinator")
    copied_plan(offices["SA"], "sa-moi", mark="zqSAnew", years=(2023, 2026))
    client.force_login(coordinator)
    assert client.get("/").context["plan"].code == "sa-moi", "the newest in force"
    work = Assignment.objects.filter(
        task__plan__code="ke-hoach-sa", year=2024, unit=coordinator.unit, state="new"
    ).first()
    page = client.get(f"/phan-viec/{work.pk}/cap-nhat/")
    assert page.context["plan"].code == "ke-hoach-sa"
    form = page.context["form"]
    sent = client.post(
        f"/phan-viec/{work.pk}/cap-nhat/",
        {"version": work.version, "result": "Đã làm.", "form_key": form["form_key"].value(),
         "form-TOTAL_FORMS": 0, "form-INITIAL_FORMS": 0},
    )  # fmt: skip
    if sent.status_code == 302:
        assert "ke-hoach=ke-hoach-sa" in sent["Location"]
    else:
        assert sent.context["plan"].code == "ke-hoach-sa"


def test_the_control_is_absent_while_there_is_one_plan(client, thu, quang, opened):
    for person in (thu, quang):
        client.force_login(person)
        html = client.get("/").content.decode()
        assert "pl-m" not in html and "/cac-co-quan/" not in html
        assert client.get("/cac-co-quan/").status_code == 404
        assert client.get("/?ke-hoach=khong-co").status_code == 404


def test_the_control_keeps_page_and_day_and_hides_drafts(client, offices):
    copied_plan(offices["SA"], "sa-du-thao", years=(2026, 2030))
    Plan.objects.filter(code="sa-du-thao").update(status="draft")
    client.force_login(User.objects.get(username="sa.coordinator"))
    html = client.get("/ke-hoach/?tinh-den=2024-06-01").content.decode()
    assert 'href="/ke-hoach/?ke-hoach=sa-du-thao&amp;tinh-den=2024-06-01"' in html
    client.force_login(User.objects.get(username="sa.member"))
    assert "pl-m" not in client.get("/ke-hoach/").content.decode()
    assert client.get("/ke-hoach/?ke-hoach=sa-du-thao").status_code == 404


# --- the offices side by side -----------------------------------------------------------------------


def _rows(html) -> list[tuple[str, int]]:
    found = re.findall(r'<a class="[^"]*" href="([^"]+)">(\d+)</a>', html)
    return [(unescape(href), int(number)) for href, number in found]


def test_each_number_opens_as_many_rows(client, offices):
    client.force_login(User.objects.get(username="tinh.leader"))
    html = client.get("/cac-co-quan/?nam=2024").content.decode()
    body = html[html.index("<tbody>") : html.index("</tbody>")]
    cells = _rows(body)
    assert len(cells) == 3 * 10
    for href, number in [c for c in cells if c[1]] + [c for c in cells if not c[1]][:2]:
        page = client.get(href)
        assert page.status_code == 200, href
        assert page.context["table"].total == number, href


@pytest.fixture
def story(offices, lan, minh, hoa, thu, quang):
    """Work of every kind in the real plan too: late, sent, stopped, blocked, one of several enough."""
    plan = Plan.objects.get(code="cchc-2021-2025")
    Task.objects.filter(plan=plan, code__in=("II.1", "V.1", "III.3")).update(completion="any")
    people = {"HCQT": lan, "TTPVKS": minh, "TTCBTH": hoa}
    work = Assignment.objects.filter(task__plan=plan, unit__code__in=people)
    for n, slot in enumerate(work.order_by("year", "pk").select_related("unit", "task")):
        if slot.state == "waiting" or n % 5 == 4 or slot.year > 2024:
            continue
        who, day = people[slot.unit.code], date(slot.year, 2 + n % 10, 3)
        if day > date(2024, 12, 1):
            continue
        if n % 5 == 0:
            report(slot, who, at(day.year, day.month, 9), difficulty="Khó", proposal="Xin ý kiến")
        else:
            send(slot, who, on=day, when=at(day.year, day.month, 20))
        if n % 5 in (1, 2):
            judge = quang if slot.unit.code == "HCQT" else thu
            verify(slot, judge, at(day.year, day.month, 25))
    for year in (2023, 2024):
        slot = fresh(
            work.filter(year=year, state__in=("new", "doing"), unit__code="TTCBTH").first()
        )
        actions.stop(assignment=slot, by=thu, at=at(2024, 3, 7), seen_version=slot.version,
                     citation=citation("9/QĐ", date(year, 3, 6)), reason="Thôi")  # fmt: skip
    return offices


@pytest.mark.parametrize("day", [date(2024, 12, 16), date(2024, 6, 30), date(2023, 12, 31)])
@pytest.mark.parametrize("year", [2023, 2024])
def test_the_numbers_are_the_ledgers(story, year, day):
    plans = list(Plan.objects.select_related("unit", "coordinator"))
    counted = tallies.tallies([plan.pk for plan in plans], year, day, NOW.date())
    filled = set()
    for plan in plans:
        ledger, tally = read_year(plan, year, day), counted[plan.pk]
        assert tally.counts == ledger.counts, plan
        assert tally.blocked == len(occurrences_of(ledger, "vuong-mac")), plan
        assert tally.for_leaders == len(occurrences_of(ledger, FOR_LEADERS)), plan
        filled |= {bucket for bucket, number in tally.counts.items() if number}
    if day == NOW.date():
        assert filled >= set(Bucket) - {Bucket.STOPPED, Bucket.DONE_LATE}, filled


def test_the_cache_and_the_history_count_the_same(story):
    """Today can be asked both ways."""
    ids = list(Plan.objects.values_list("pk", flat=True))
    today = NOW.date()
    by_cache = tallies.tallies(ids, 2024, today, today)
    assert by_cache == tallies.tallies(ids, 2024, today, date(2024, 12, 17))
    assert any(tally.blocked for tally in by_cache.values())


def test_as_many_queries_for_two_offices_as_for_twelve(client, offices):
    leader = User.objects.get(username="tinh.leader")
    client.force_login(leader)
    asked = []
    for more in (0, 10):
        for n in range(more):
            office = unit(f"SX{n}", offices["TINH"], kind=Unit.Kind.OFFICE)
            unit(f"SX{n}-P", office)
            made = copied_plan(office, f"sx-{n}", tasks=1)
            opening.open_year(plan=made, year=2024, by=_coordinator(made), at=NOW)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get("/cac-co-quan/?nam=2024")
        asked.append(len(queries))
        assert page.context["it"].offices == 3 + more
    assert asked[0] == asked[1]


def _coordinator(plan):
    name = plan.code
    return User.objects.create_user(
        name, "x", full_name=name, role="coordinator", unit=plan.coordinator
    )


def test_only_who_sees_several_offices_has_the_page(client, offices):
    for name, status in (
        ("tinh.leader", 200),
        ("tinh.coordinator", 200),
        ("sa.leader", 404),
        ("sa.member", 404),
    ):
        client.force_login(User.objects.get(username=name))
        assert client.get("/cac-co-quan/").status_code == status, name
        assert ('href="/cac-co-quan/' in client.get("/").content.decode()) == (status == 200), name


def test_the_most_overdue_office_stands_first(story):
    plan = Plan.objects.select_related("unit", "coordinator").get(code="cchc-2021-2025")
    viewing = Viewing(plan, 2024, NOW.date(), NOW.date(), plans=(plan,))
    page = read_offices(viewing, User.objects.get(username="tinh.leader"), 1)
    overdue = [line.cells[3].number for line in page.page.object_list]
    assert overdue == sorted(overdue, reverse=True) and overdue[0]
    assert page.totals[0][1] == sum(line.total.number for line in page.page.object_list)

"""A right post for every address that writes: RIGHT, by address ("address#other" for another kind of
post to it). posting.py sends them; the tests of test_trust_posts.py ask what each of them did.

Most are one line: who, and what they type over the form that the page shows them.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pyotp
from django.apps import apps
from django.db import connection, transaction
from django.test import override_settings
from django.urls import reverse

from cchc.access import ACCESS
from cchc.models import DayOff, SecondFactor, Unit, User
from cchc.sign_in import two_step
from cchc.tests.posting import NOW, Right, Upload, filled
from cchc.tests.test_access import site_arguments
from cchc.units import save_unit
from conftest import PASSWORD, at, make_user, prepare
from indicators import rolling_over
from indicators.models import Indicator
from reports import writing
from reports.models import PeriodRule, Report, Section, SectionRequest
from reports.periods import open_periods
from reports.tests import flow_scene, province
from reports.tests.sheet_tools import DOWNLOAD, fill
from reports.to_docx import TEMPLATE
from tasks import bringing_in, directing
from tasks.models import Area, Assignment, Descent, Notice, Plan, Task
from tasks.rolling_over import origins_of
from tasks.tests.plan_import_files import HEAD, excel_file
from tasks.tests.story import send

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LATER = at(2026, 1, 20)  # the term is over
NEW_PASSWORD = "Trời-xanh-mây-trắng"
PDF = Upload("05-BC-VP.signed.pdf", b"%PDF-1.7 signed\n%%EOF")


@dataclass
class Site:
    """The office that posts are sent in: who is there, what stands in the addresses."""

    folder: Path
    people: dict[str, User]
    arguments: dict[str, list]
    plan: Plan
    elsewhere: dict[str, list]  # the same of another office
    sheet: Upload | None = None
    importing: int = 0

    def first(self, name):
        return self.arguments[name][0]


DOCUMENT = {
    "number": "46/KH-UBND",
    "issued_on": "15/03/2024",
    "summary": "Phát triển chính quyền số",
    "issuer": "UBND tỉnh",
}
DECISION = {
    "number": "77/QĐ-VP",
    "decided_on": "16/12/2024",
    "effective_on": "18/12/2024",
    "summary": "Sắp xếp tổ chức",
    "issuer": "Văn phòng UBND tỉnh",
}
HEAD_OF_IMPORT = {"issuer": "Văn phòng UBND tỉnh", "signer_title": "CHÁNH VĂN PHÒNG", "signer": "A"}


PLAN_ROWS = [
    list(HEAD),
    ["I", "Chỉ đạo, điều hành", "", "", "", ""],
    ["1", "Ban hành Kế hoạch năm", "Kế hoạch", "Phòng HC-QT", "", "Quý I hàng năm"],
]
TITLES = ("KẾ HOẠCH", "Cải cách hành chính giai đoạn 2031-2035")
PLAN_FILE = Upload("moi.xlsx", excel_file(PLAN_ROWS, title=TITLES))
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CANARY = "zqSO"
EDITOR = "/bao-cao/nam-2024/soan/"


# --- what must be there first: (site, client) -> the arguments of the address, or None ---


def ours(occurrence) -> Assignment:
    code, _, year = occurrence.partition("/")
    slots = Assignment.objects.select_related("task__plan__coordinator", "unit")
    return slots.get(task__plan__code="cchc-2021-2025", task__code=code, year=year)


def our_draft() -> Plan:
    return Plan.objects.get(status="draft", follows__code="cchc-2021-2025")


def sent(site, client):
    """Minh's work waits for HCQT."""
    send(ours("I.2/2024"), site.people["minh"], when=at(2024, 12, 15))


def prepared(site, client):
    """It waits for its head."""
    Unit.objects.filter(code="TTPVKS").update(head_approves=True)
    sent(site, client)


def work(occurrence):
    return lambda site, client: [ours(occurrence).pk]


def waiting(code):
    return lambda site, client: [code]


def two_steps(site, client):
    """Minh signs in with a code, since a minute ago."""
    before = at(2024, 12, 18, 8, 59)
    code = pyotp.TOTP(SEED).at(before)
    minh = site.people["minh"]
    assert two_step.turn_on(user=minh, seed=two_step.encrypt(SEED), code=code, at=before)


def half_in(site, client):
    two_steps(site, client)
    client.post("/dang-nhap/", {"username": "minh", "password": PASSWORD})


def codes_shown(site, client):
    two_steps(site, client)
    client.post("/xac-thuc-hai-buoc/ma-du-phong/moi/", {"password": PASSWORD})
    assert SecondFactor.objects.filter(user=site.people["minh"]).exists()


def told(site, client):
    told = {"kind": "report", "words": "Có báo cáo", "path": "/them/", "key": "k"}
    Notice.objects.create(user=site.people["minh"], created_at=NOW, **told)


def answered(site, client):
    """Minh's centre answered the directive, and gave its words for the report."""
    minh = site.people["minh"]
    asked = minh.unit.directives.get()
    directing.answer(directive=asked, by=minh, at=NOW, seen_version=asked.version, words="Đã làm.")


def paragraph(act, **told):
    """The first paragraph of the section was written over, or left out."""

    def done(site, client):
        section = Section.objects.get(pk=site.first("reports:passage_save"))
        told_of = {"section": section, "key": "trong", "seen_version": 0, "base": "Nguồn trước"}
        act(**told_of, **told, by=site.people["thu"], at=NOW)

    return done


def contributed(site, client):
    asked = SectionRequest.objects.get(pk=site.first("reports:contribution"))
    writing.contribute(request=asked, words="Đã kiểm tra.", by=site.people["minh"], at=NOW)


def second_task(site, client):
    draft = our_draft()
    area = draft.areas.get()
    Task.objects.create(plan=draft, area=area, code="I.2", position=2, number=2, text="Việc hai")


def second_target(site, client):
    target = {"code": "CT2", "position": 2, "text": "Hai", "kind": "milestone"}
    Indicator.objects.create(plan=our_draft(), operator="done_by", **target)


def no_draft(site, client):
    draft = our_draft()
    draft.indicators.all().delete()
    Task.objects.filter(plan=draft).delete()
    Area.objects.filter(plan=draft).delete()
    draft.delete()


def started(site, client):
    """The next term's draft, nothing of it decided."""
    no_draft(site, client)
    rolling_over.start(
        old=site.plan, by=site.people["thu"], at=NOW, subject="Cải cách hành chính giai đoạn 2026-2030",
        first_year=2026, last_year=2030,
    )  # fmt: skip


def rolled(site, client):
    """The same with every task kept, and its number and day."""
    started(site, client)
    draft = our_draft()
    told = {"plan": draft, "by": site.people["thu"], "at": NOW}
    rolling_over.keep_all(**told)
    decided = list(Descent.objects.filter(plan=draft).values_list("origin", flat=True))
    for origin in origins_of(draft).exclude(pk__in=decided):
        drop = {"how": "drop", "reason": "Đã xong.", "seen": "", "into": None}
        rolling_over.decide(**told, origin=origin, **drop)
    Plan.objects.filter(pk=draft.pk).update(number="12/KH-VP", issued_on=date(2026, 1, 10))


def imported(site, client):
    """The small plan's file with its head settled."""
    (pk,) = importing(site, client)
    address = reverse("tasks:plan_import", args=[pk])
    sent = filled(site, client, client.get(f"{address}?mo=dau"), address, RIGHT["tasks:plan_import"],
                  HEAD_OF_IMPORT)  # fmt: skip
    assert sent.post().status_code == 302
    site.importing = pk
    return [pk]


def day_off(site, client):
    return [DayOff.objects.order_by("day").first().pk]


def spare_unit(site, client):
    made = Unit(code="TAM", name="Ban tạm", short_name="Tạm", parent=site.plan.unit)
    save_unit(made)
    return [made.pk]


def closed(site, client):
    Plan.objects.filter(pk=site.plan.pk).update(status="closed", closed_on=date(2026, 1, 10))
    return [site.plan.code]


def next_in_force(site, client):
    Plan.objects.filter(pk=our_draft().pk).update(status="in_force", issued_on=date(2026, 1, 5))


def importing(site, client):
    """A small plan's file whose head is still open."""
    thu = site.people["thu"]
    return [bringing_in.bring_in(upload=PLAN_FILE.opened(), by=thu, at=NOW).pk]


def report_draft():
    return Report.objects.get(
        period__plan__code="cchc-2021-2025", period__kind="nam", period__year=2024
    )


def submitted(site, client):
    flow_scene.submitted(report_draft(), site.people["thu"], NOW)


def approved(site, client):
    flow_scene.approved(report_draft(), site.people["thu"], site.people["quang"], NOW)


def issued(site, client):
    flow_scene.issued_without_files(
        report_draft(), site.people["thu"], site.people["quang"], when=NOW
    )


def amended(site) -> dict:
    cell = f"nv{site.plan.tasks.get(code='VII.1').pk}-deadline_text"
    return DECISION | {"reason": "Chỉ đạo.", "viec": "xem", cell: "Trước 01/12 hàng năm"}


def other_template() -> Upload:
    document, out = docx.Document(TEMPLATE), BytesIO()
    document.add_paragraph("Mẫu của cơ quan")
    document.save(out)
    return Upload("khac.docx", out.getvalue())


def _pk(model, **which):
    return lambda site, client: [model.objects.get(**which).pk]


def _page(name, query=""):
    return lambda site: reverse(name, args=site.arguments.get(name, [])) + query


def _seed(site, page) -> str:
    return pyotp.TOTP(page.xpath("string(//code)").replace(" ", "")).at(NOW)


def sheet(site, client):
    """Minh's own sheet, one row of it filled in."""
    content = fill(client.get(DOWNLOAD).content, "III.5/2024", result="Đã làm xong bước một.")
    site.sheet = Upload("viec.xlsx", content)


WRITTEN = paragraph(writing.save_passage, text="Lời của tôi.")
RIGHT: dict[str, Right] = {
    # one's own account
    "login": Right("", {"username": "minh", "password": PASSWORD}),
    "logout": Right("minh", page="/them/"),
    "password_change": Right(
        "minh",
        {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD},
    ),
    "second_step": Right("", {"code": lambda site, page: pyotp.TOTP(SEED).at(NOW)}, ready=half_in),
    "two_step_on": Right("minh", {"code": _seed, "password": PASSWORD}),
    "two_step_off": Right("minh", {"password": PASSWORD}, ready=two_steps),
    "recovery_codes": Right("minh", ready=codes_shown, unaudited="the codes were made before"),
    "recovery_codes_new": Right("minh", {"password": PASSWORD}, ready=two_steps),
    "saved_view_new": Right(
        "minh", {"name": "Việc trễ"}, query="?path=/ke-hoach/%3Ftrang-thai%3Dqua-han"
    ),
    "saved_view_rename": Right("minh", {"name": "Tên khác"}),
    "saved_view_delete": Right("minh", page="/cach-xem/"),
    "tasks:notices": Right("minh", {"every": "never"}),
    "tasks:notices_read": Right(
        "minh", {"until": lambda site, page: page.xpath("string(//input[@name='until']/@value)")},
        page="/thong-bao/", ready=told,
        unaudited="what a person has read is their own",
    ),
    "tasks:calendar": Right("minh", {"act": "make"}),
    # a unit's own work
    "tasks:update": Right("minh", {"result": "Đã làm thêm.", "send": "1"}),
    "tasks:extend": Right(
        "minh", {"wanted_on": "31/01/2025", "reason": "Chờ hướng dẫn."}, ready=work("III.5/2024")
    ),
    "tasks:choose": Right(
        "minh", {"unit": "TTCBTH", "wanted": "Cử một người.", "due_on": "20/12/2024"}
    ),
    "tasks:contribution_answer": Right("minh", {"words": "Đã gửi số liệu."}),
    "tasks:answer_reminder": Right("minh", {"answer": "reason", "words": "Chờ số liệu."}),
    "tasks:directive_answer": Right("minh", {"words": "Đã làm."}),
    "tasks:approve": Right("hung", page="/viec-cua-don-vi/", holds="version", ready=prepared),
    "reports:contribution": Right("minh", {"words": "Đã kiểm tra 3 đơn vị."}),
    "reports:sheet_upload": Right(
        "minh", {}, first=({"file": lambda site, page: site.sheet},), holds="token", ready=sheet
    ),
    # who verifies, urges, directs
    "tasks:verify": Right("thu", page="/cho-xac-nhan/", ready=sent),
    "tasks:return": Right("thu", {"reason": "Thiếu danh mục."}, ready=sent),
    "tasks:verify_many": Right(
        "thu", {"seen": lambda site, page: page.xpath("//input[@name='seen']/@value")},
        page="/cho-xac-nhan/", ready=sent,
    ),
    "tasks:extension": Right("thu", {"favourable": "1", "words": "Có lý do."}),
    "tasks:extension#decide": Right("quang", {"decision": "granted", "reason": "Đồng ý."}),
    "tasks:trigger": Right("thu", DOCUMENT, ready=waiting("VII.5")),
    "tasks:trigger_check": Right("thu", {"note": "Chưa có."}, page="/nhiem-vu/VII.5/dieu-kien/",
                                 ready=waiting("VII.5")),
    "tasks:stop": Right("thu", DOCUMENT | {"reason": "Sáp nhập."}),
    "tasks:remind": Right("thu", {"words": "Nhắc."}),
    "tasks:report_to_leaders": Right("thu", {"words": "Trình."}),
    "tasks:urge_letter_new": Right("thu", {"words": "Khẩn trương."}),
    "tasks:direct": Right("quang", {"words": "Làm ngay."}),
    "tasks:directive_close": Right("quang", {"words": "Được."}, ready=answered),
    "tasks:unit_change": Right(
        "thu", first=(DECISION | {"name": "Trung tâm Báo chí", "short_name": "TTBC"},)
    ),
    # a plan
    "tasks:plan_edit": Right("thu", {"subject": "Cải cách hành chính mới"}),
    "tasks:plan_order": Right("thu", {"len": "I.2"}, page=_page("tasks:plan_edit"), ready=second_task),
    "tasks:plan_area": Right("thu", {"title": "Tên khác"}),
    "tasks:plan_task_new": Right("thu", {"text": "Việc mới"}),
    "tasks:plan_task": Right("thu", {"text": "Việc khác"}),
    "tasks:plan_finding": Right("thu", {"why": "Đúng như vậy."}, page=_page("tasks:plan_page")),
    "tasks:plan_begin": Right("thu", ready=rolled, at=LATER),
    "tasks:plan_close": Right("thu", ready=lambda site, client: [site.plan.code], at=LATER),
    "tasks:plan_reopen": Right("quang", {"reason": "Còn việc."}, ready=closed, at=LATER),
    "targets:order": Right("thu", {"len": "CT2"}, page=_page("targets:list"), ready=second_target),
    "targets:new": Right(
        "thu", {"code": "CT9", "text": "Chỉ tiêu mới", "kind": "milestone", "operator": "done_by",
         "deadline_year": "2030"}
    ),
    "targets:edit": Right("thu", {"text": "Chỉ tiêu khác", "deadline_year": "2030"}),
    "indicators:plan_roll_over": Right("thu", ready=no_draft),
    "roll_over:keep": Right("thu", page=_page("tasks:roll_over"), ready=started),
    "roll_over:task": Right("thu", {"how": "keep"}, page=_page("tasks:roll_over"), ready=started),
    "tasks:carry_over": Right("thu", {"tat-ca": "stop"}, ready=next_in_force, at=LATER),
    "tasks:plan_import_new": Right("thu", {"file": PLAN_FILE}),
    "tasks:plan_import": Right("thu", HEAD_OF_IMPORT, query="?mo=dau", ready=importing),
    "indicators:plan_import_write": Right("thu", page=lambda site: reverse("tasks:plan_import", args=[site.importing]) + "?phan=ghi", ready=imported),
    "tasks:amendment_new": Right(
        "thu", {"viec": "ghi"}, query="?sua=VII.1",
        first=(amended,),
    ),
    # targets and indices
    "indicators:measure": Right("thu", {"numerator": "9", "denominator": "10", "measured_on": "16/12/2024"}),
    "indicators:index_record": Right("thu", {"score": "84", "rank": "4", "ranked": "21", "published_on": "20/01/2024"}),
    # a report
    "reports:begin": Right(
        "thu", page="/bao-cao/6-thang-2024/soan/", ready=lambda site, client: ["6-thang-2024"]
    ),
    "reports:passage_save": Right("thu", {"text": "Lời khác."}, page=EDITOR),
    "reports:passage_add": Right(
        "thu", {"text": "Đoạn thêm."},
        page=lambda site: f"{EDITOR}?them={site.first('reports:passage_add')}&sau=trong",
    ),
    "reports:passage_hide": Right("thu", {}, page=EDITOR),
    "reports:passage_show": Right(
        "thu", {}, page=EDITOR, ready=paragraph(writing.hide_passage)
    ),
    "reports:passage_take": Right("thu", {}, page=EDITOR, ready=WRITTEN),
    "reports:passage_keep": Right("thu", {}, page=EDITOR, ready=WRITTEN),
    "reports:section_ask": Right("thu", {"unit": "TTCBTH", "wanted": "Số liệu"}),
    "reports:contribution_take": Right("thu", page=EDITOR, ready=contributed),
    "reports:period_new": Right("thu", {"subject": "Kết quả kiểm tra"}),
    "reports:period_days": Right("thu", {"due_on": "25/12/2024"}),
    "reports:outline": Right("thu", {"act": "save"}),
    "reports:office_template": Right("thu", {"file": lambda site, page: other_template()}),
    "reports:office_template#ours": Right("thu", {"ours": "1"}),
    "reports:statistics": Right("thu", {"v-2.1": "7"}),
    "reports:submit": Right("thu"),
    "reports:return": Right("quang", {"reason": "Bổ sung."}, ready=submitted),
    "reports:approve": Right("quang", ready=submitted),
    "reports:issue": Right("thu", {"number": "9", "issued_on": "18/12/2024"}, ready=approved),
    "reports:sign": Right("thu", {"file": PDF}, ready=issued),
    "reports:correct": Right("thu", {"changes": "Sửa số liệu."}, ready=issued),
    # Django's admin
    "admin:cchc_unit_add": Right("an", {"code": "BTCDX", "name": "Ban mới", "short_name": "Ban"}),
    "admin:cchc_unit_change": Right("an", {"name": "Tên sửa"}, ready=_pk(Unit, code="TTCBTH")),
    "admin:cchc_unit_delete": Right("an", ready=spare_unit),
    "admin:cchc_user_add": Right(
        "an",
        {"username": "tam", "full_name": "Tâm", "role": "member",
         "unit": lambda site, page: str(Unit.objects.get(code="HCQT").pk),
         "password1": "Trời-xanh-mây-trắng", "password2": "Trời-xanh-mây-trắng"},
    ),
    "admin:cchc_user_change": Right("an", {"title": "Phó Giám đốc"}, ready=_pk(User, username="hung")),
    "admin:auth_user_password_change": Right(
        "an", {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        ready=_pk(User, username="hung"),
    ),
    "admin:tasks_task_change": Right(
        "an", {"rule_note": "Hiểu như vậy"}, ready=lambda site, client: [site.plan.tasks.first().pk]
    ),
    "admin:indicators_indicator_change": Right("an", {"deadline_year": "2025"},
                                               ready=_pk(Indicator, plan__code="cchc-2021-2025", code="CT5.2")),
    "admin:reports_periodrule_change": Right("an", {"unit_workdays": "3"},
                                             ready=_pk(PeriodRule, kind="nam")),
    "admin:cchc_dayoff_add": Right("an", {"day": "19/12/2024", "name": "Nghỉ bù"}),
    "admin:cchc_dayoff_change": Right("an", {"name": "Nghỉ bù"}, ready=day_off),
    "admin:cchc_dayoff_delete": Right("an", ready=day_off),
}  # fmt: skip


def must_cover() -> set[str]:
    """Every address of the table that takes a POST; Django's admin by its own list."""
    return {name for name, access in ACCESS.items() if "POST" in access.methods} - {"admin:*"}


FAR, FARTHER = 987_000, 1_987_000  # the numbers of another office's rows lie between


@contextmanager
def office(blocker, folder):
    """The plan, the cast, and what stands in the addresses, until it is rolled back; and the same of
    another office, whose rows have numbers that no row of ours has."""
    role = User.Role
    settings = {"MEDIA_ROOT": folder, "PASSWORD_HASHERS": QUICK}
    with blocker.unblock(), transaction.atomic(), override_settings(**settings):
        prepare()  # the plan is not there after a test that empties the tables
        people = {
            "minh": make_user("minh", "Trần Văn Minh", role.MEMBER, "TTPVKS"),
            "hung": make_user("hung", "Võ Đình Hùng", role.HEAD, "TTPVKS", "Giám đốc"),
            "thu": make_user("thu", "Phạm Minh Thu", role.COORDINATOR, "HCQT", "Trưởng phòng"),
            "quang": make_user("quang", "Đỗ Quang", role.LEADER, "VP", "Chánh Văn phòng"),
            "an": make_user("an", "Bùi An", role.ADMINISTRATOR, None),
        }
        plan = Plan.objects.select_related("unit").get()
        found = site_arguments(people["minh"], people["thu"], people["quang"], ours)
        elsewhere = other_office()
        number_from(FARTHER)
        yield Site(folder, people, found, plan, elsewhere)
        transaction.set_rollback(True)


def other_office() -> dict[str, list]:
    """An office beside ours with the same things; what stands in its addresses."""
    number_from(FAR)
    province.department("SO", None, "Sở khác")
    people = {user.username: user for user in User.objects.filter(username__startswith="so.")}
    coordinator = people["so.coordinator"]
    plan = province.opened_plan(
        coordinator.unit.parent, "so-2024", coordinator, NOW, tasks=3, mark=CANARY, years=(2024, 2024)
    )  # fmt: skip
    open_periods(plan, by=coordinator, at=NOW)
    target = {"code": "CT5.2", "position": 1, "text": CANARY, "kind": "milestone"}
    Indicator.objects.create(plan=plan, operator="done_by", **target)

    def find(occurrence):
        code, _, year = occurrence.partition("/")
        slots = Assignment.objects.select_related("task__plan__coordinator", "unit")
        return slots.get(task__plan=plan, task__code=code, year=year)

    cast = people["so.member"], coordinator, people["so.leader"]
    return site_arguments(*cast, find, other="SO-Q", draft="so-2026-2030")


def number_from(first: int):
    """New rows of every table get numbers from here on."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first]
            )

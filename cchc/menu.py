"""The menu: which pages this person may open (access.ACCESS says it), and where they stand."""

from dataclasses import dataclass

from django.urls import reverse

from cchc.access import access_for, may_call, may_look


@dataclass(frozen=True)
class Entry:
    """`below`: the pages that belong to it; `count`: the name of its number in the context."""

    name: str
    label: str
    short: str
    icon: str
    below: tuple[str, ...] = ()
    count: str = ""
    counted: str = ""  # the number in words
    urgent: bool = False
    needs: str = ""  # the name in the context of what must hold
    instead_of: str = ""  # who may open this one finds the other page in it


@dataclass(frozen=True)
class Item:
    entry: Entry
    href: str
    current: str  # the value of aria-current, or ""
    count: int


ENTRIES = (
    Entry(
        "reports:dashboard",
        "Bảng điều hành",
        "Điều hành",
        "layout-dashboard",
        below=("reports:compare", "reports:presentation"),
    ),
    Entry("reports:offices", "Các cơ quan", "Các cơ quan", "building", needs="has_offices"),
    Entry(
        "tasks:my_work",
        "Việc của đơn vị",
        "Việc đơn vị",
        "list-check",
        below=(
            "tasks:update",
            "reports:sheet_upload",
            "tasks:answer_reminder",
            "tasks:directive_answer",
            "tasks:choose",
            "tasks:contribution_answer",
            "reports:contribution",
        ),
        count="urgent_count",
        counted="việc quá hạn, bị trả lại hoặc chờ duyệt",
        urgent=True,
    ),
    Entry(
        "tasks:desk",
        "Điều phối",
        "Điều phối",
        "inbox",
        below=(
            "tasks:review",
            "tasks:return",
            "tasks:remind",
            "tasks:report_to_leaders",
            "tasks:leaders_list",
            "tasks:urge_letter_new",
            "tasks:urge_letter",
            "tasks:directives",
            "tasks:directive_close",
        ),
        count="desk_count",
        counted="việc chờ HCQT xác nhận, đôn đốc, quyết định",
        instead_of="tasks:review",
    ),
    Entry(
        "tasks:review",
        "Chờ xác nhận",
        "Chờ xác nhận",
        "clipboard-check",
        below=("tasks:return",),
        count="awaiting_count",
        counted="việc chờ xác nhận",
    ),
    Entry(
        "tasks:plan",
        "Kế hoạch",
        "Kế hoạch",
        "table",
        below=(
            "tasks:plan_text",
            "tasks:task",
            "tasks:occurrence",
            "tasks:trigger",
            "tasks:stop",
            # plans, a draft under work, amendments
            "tasks:plans",
            # a plan goes on in the next term
            "indicators:plan_roll_over",
            "tasks:roll_over",
            "roll_over:keep",
            "roll_over:task",
            "tasks:carry_over",
            # a plan comes in from its file
            "tasks:plan_import_new",
            "tasks:plan_import",
            "indicators:plan_import_write",
            "tasks:plan_page",
            "tasks:plan_finding",
            "tasks:plan_begin",
            "tasks:plan_close",
            "tasks:plan_reopen",
            "tasks:plan_edit",
            "tasks:plan_area",
            "tasks:plan_task_new",
            "tasks:plan_task",
            "targets:list",
            "targets:new",
            "targets:edit",
            "tasks:amendments",
            "tasks:amendment_new",
        ),
    ),
    Entry(
        "indicators:list",
        "Chỉ tiêu",
        "Chỉ tiêu",
        "target",
        below=(
            "indicators:indicator",
            "indicators:measure",
            # indices of area VIII
            "indicators:index_list",
            "indicators:index",
            "indicators:index_record",
        ),
    ),
    Entry(
        "reports:list",
        "Báo cáo",
        "Báo cáo",
        "file-text",
        below=(
            "reports:report",
            # the days of a period, the outlines
            "reports:period_new",
            "reports:period_days",
            "reports:outlines",
            "reports:outline",
            "reports:editor",
            "reports:submit",
            "reports:return",
            "reports:approve",
            "reports:issue",
            "reports:sign",
            "reports:correct",
            "reports:statistics",
            "reports:section_ask",
            "reports:office_template",
        ),
    ),
    Entry("admin:index", "Quản trị", "Quản trị", "settings", below=("system_state",)),
)
MORE = Entry(
    "more",
    "Thêm",
    "Thêm",
    "menu",
    below=(
        "password_change",
        "password_change_done",
        # sign-in
        "two_step",
        "two_step_on",
        "two_step_off",
        "recovery_codes",
        "recovery_codes_new",
        "tasks:notices",
        "tasks:calendar",
        "tasks:documents",
        "tasks:extensions",
        "tasks:extension",
        "tasks:unit_changes",
        "tasks:unit_change",
        # saved views
        "saved_views",
        "saved_view_new",
        "saved_view_rename",
    ),
)
# The bar at the foot of a phone: of each group the first page that this person may open, then MORE.
BAR = (
    ("reports:dashboard",),
    ("tasks:desk", "tasks:review", "tasks:my_work", "admin:index"),
    ("tasks:plan",),
    ("reports:list", "indicators:list"),
)


def menu(user, here: str, viewing, counts) -> list[Item]:
    """Every page this person may open. `here`: the page's name; links keep the year and day of
    `viewing` (None on pages that look at no plan)."""
    entries = [e for e in ENTRIES if _offers(user, access_for(e.name), viewing)]
    entries = [e for e in entries if not e.needs or counts.get(e.needs)]
    replaced = {e.instead_of for e in entries}
    entries = [e for e in entries if e.name not in replaced]
    return [_item(entry, here, viewing, counts) for entry in entries]


def _offers(user, access, viewing) -> bool:
    return may_call(user, access) and (viewing is None or may_look(user, access, viewing.plan))


def bar(items: list[Item], here: str) -> list[Item]:
    """The five of the phone's bar."""
    by_name = {item.entry.name: item for item in items}
    chosen = [next((by_name[n] for n in group if n in by_name), None) for group in BAR]
    shown = [item for item in chosen if item]
    more = _item(MORE, here, None, {})
    if not any(item.current for item in (*shown, more)) and any(item.current for item in items):
        more = Item(MORE, more.href, "true", 0)
    return [*shown, more]


def _item(entry, here, viewing, counts) -> Item:
    keeps = viewing is not None and not entry.name.startswith("admin:")
    href = viewing.url(entry.name) if keeps else reverse(entry.name)
    current = "page" if here == entry.name else "true" if here in entry.below else ""
    return Item(entry, href, current, counts.get(entry.count) or 0)

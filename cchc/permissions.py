"""Who may do what: one table for addresses, one function for each question about a row.

The table is the first door (role and method, refused with 403); `visible_to()` querysets are the
second (another unit's work does not exist for you, 404); the functions below are the third.
"""

from dataclasses import dataclass

from cchc.models import Unit, User

Role = User.Role
MEMBER, HEAD, COORDINATOR, LEADER, ADMINISTRATOR = (
    Role.MEMBER,
    Role.HEAD,
    Role.COORDINATOR,
    Role.LEADER,
    Role.ADMINISTRATOR,
)
EVERYONE = frozenset(Role)
REPORTERS = frozenset({MEMBER, HEAD, COORDINATOR})
VERIFIERS = frozenset({COORDINATOR, LEADER})
ADMINISTRATORS = frozenset({ADMINISTRATOR})
READ = ("GET", "HEAD")
READ_AND_POST = ("GET", "HEAD", "POST")


@dataclass(frozen=True)
class Access:
    """Which roles may call an address, by which methods, and what they see there, in words.

    `roles` None: also somebody who has not signed in.
    """

    roles: frozenset | None
    methods: tuple[str, ...]
    sees: str


OPEN = None
PLAN_AND_STATES = (
    "Lời văn Kế hoạch và tình trạng mọi nhiệm vụ của cơ quan mình; nội dung cập nhật, văn bản, tệp: "
    "cán bộ và trưởng đơn vị chỉ thấy của đơn vị mình, HCQT và lãnh đạo thấy tất cả, "
    "quản trị hệ thống không thấy."
)
OWN_UNIT = "Phần việc của đơn vị mình; của đơn vị khác: 404."

ACCESS: dict[str, Access] = {
    # cchc
    "login": Access(OPEN, READ_AND_POST, "Trang đăng nhập."),
    "logout": Access(EVERYONE, ("POST",), "Đăng xuất."),
    "password_change": Access(EVERYONE, READ_AND_POST, "Đổi mật khẩu của chính mình."),
    "password_change_done": Access(EVERYONE, READ, "Đã đổi mật khẩu."),
    "health": Access(OPEN, READ, "Máy chủ còn chạy hay không, không có dữ liệu."),
    "more": Access(EVERYONE, READ, "Các mục khác của trình đơn."),
    # tasks
    "tasks:my_work": Access(REPORTERS, READ, OWN_UNIT),
    "tasks:update": Access(REPORTERS, READ_AND_POST, OWN_UNIT),
    "tasks:review": Access(
        VERIFIERS, READ, "Phần việc chờ mình xác nhận: HCQT của các đơn vị, lãnh đạo của HCQT."
    ),
    "tasks:verify": Access(VERIFIERS, ("POST",), "Xác nhận; không ai xác nhận cho đơn vị mình."),
    "tasks:return": Access(VERIFIERS, READ_AND_POST, "Trả lại, có lý do."),
    "tasks:plan": Access(EVERYONE, READ, PLAN_AND_STATES),
    "tasks:plan_text": Access(EVERYONE, READ, "Nguyên văn Kế hoạch."),
    "tasks:task": Access(EVERYONE, READ, PLAN_AND_STATES),
    "tasks:occurrence": Access(EVERYONE, READ, PLAN_AND_STATES),
    "tasks:document_file": Access(
        REPORTERS | VERIFIERS, READ, "Tệp văn bản minh chứng mà mình được thấy; khác: 404."
    ),
    # indicators
    "indicators:list": Access(EVERYONE, READ, "Chỉ tiêu, mục tiêu và kết quả đo của cơ quan mình."),
    "indicators:indicator": Access(EVERYONE, READ, "Một chỉ tiêu, các kết quả đo qua từng năm."),
    "indicators:measure": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Ghi kết quả đo của một năm."
    ),
    # reports
    "reports:dashboard": Access(EVERYONE, READ, PLAN_AND_STATES),
    "reports:plan_xlsx": Access(EVERYONE, READ, PLAN_AND_STATES),
    "reports:plan_pdf": Access(EVERYONE, READ, PLAN_AND_STATES),
    "reports:list": Access(VERIFIERS, READ, "Danh sách báo cáo."),
    "reports:annual": Access(VERIFIERS, READ, "Dự thảo báo cáo năm, nội dung của mọi đơn vị."),
    "reports:annual_pdf": Access(VERIFIERS, READ, "Báo cáo năm, tệp PDF."),
    "reports:annual_docx": Access(VERIFIERS, READ, "Báo cáo năm, tệp Word."),
    "reports:annual_xlsx": Access(VERIFIERS, READ, "Báo cáo năm, phụ lục Excel."),
    # Django's admin: reference data and people only, never a state
    "admin:*": Access(
        ADMINISTRATORS, READ_AND_POST, "Đơn vị, người dùng, danh mục; nhật ký chỉ xem."
    ),
}


def access_for(view_name: str) -> Access | None:
    """The rule of an address; None when it is not in the table (then nobody may call it)."""
    if view_name.startswith("admin:"):
        return ACCESS["admin:*"]
    return ACCESS.get(view_name)


def may_call(user, access: Access) -> bool:
    return access.roles is None or (user.is_active and user.role in access.roles)


def sees_all_work(user) -> bool:
    """The coordinator and the leaders read what every unit of their office wrote."""
    return user.role in VERIFIERS


def may_report_for(user, unit: Unit) -> bool:
    """Staff, head and (for HCQT itself) coordinator write for their own unit and what is below."""
    return user.role in REPORTERS and user.unit.contains(unit)


def verifier_role(unit: Unit, coordinating_unit: Unit) -> str:
    """Whose queue an assignment of `unit` waits in. Nobody verifies their own work: what the
    coordinating unit itself did goes to a leader (model.md, States)."""
    return LEADER if coordinating_unit.contains(unit) else COORDINATOR


def may_verify(user, unit: Unit, coordinating_unit: Unit) -> bool:
    return (
        user.role == verifier_role(unit, coordinating_unit)
        and user.unit_id != unit.pk
        and (user.role == LEADER or coordinating_unit.contains(user.unit))
    )

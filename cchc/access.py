"""Who may call which address: the first door, read by cchc/middleware.py and the menu.

An address that is not in the table is closed to everybody. What a role may do with a row is asked
of cchc/permissions.py.
"""

from dataclasses import dataclass

from cchc import permissions
from cchc.permissions import (
    ADMINISTRATOR,
    ADMINISTRATORS,
    COORDINATOR,
    EVERYONE,
    HEADS,
    LEADER,
    REPORTERS,
    VERIFIERS,
)

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
    # contributions
    "tasks:choose": Access(
        REPORTERS,
        READ_AND_POST,
        "Chọn, đề nghị đơn vị phối hợp: đơn vị chủ trì; HCQT xem và chọn; đơn vị khác: 403.",
    ),
    "tasks:contribution_answer": Access(
        REPORTERS, READ_AND_POST, "Phản hồi đề nghị phối hợp: đơn vị được đề nghị; khác: 404."
    ),
    # units change
    "tasks:unit_changes": Access(
        frozenset({COORDINATOR, ADMINISTRATOR}), READ, "Cây đơn vị của cơ quan mình, các thay đổi."
    ),
    "tasks:unit_change": Access(
        frozenset({COORDINATOR, ADMINISTRATOR}),
        READ_AND_POST,
        "Đổi tên, sáp nhập, chia tách, giải thể đơn vị của cơ quan mình; xem trước rồi ghi.",
    ),
    # cchc
    "login": Access(OPEN, READ_AND_POST, "Trang đăng nhập."),
    "logout": Access(EVERYONE, ("POST",), "Đăng xuất."),
    "password_change": Access(EVERYONE, READ_AND_POST, "Đổi mật khẩu của chính mình."),
    "password_change_done": Access(EVERYONE, READ, "Đã đổi mật khẩu."),
    # sign-in
    "second_step": Access(OPEN, READ_AND_POST, "Nhập mã xác thực, sau khi đã đúng mật khẩu."),
    **dict.fromkeys(("sso", "sso_return"), Access(OPEN, READ, "Đăng nhập của tỉnh; tắt: 404.")),
    "two_step": Access(EVERYONE, READ, "Xác thực hai bước của chính mình."),
    "two_step_on": Access(EVERYONE, READ_AND_POST, "Bật xác thực hai bước, đổi điện thoại."),
    "two_step_off": Access(EVERYONE, READ_AND_POST, "Tắt xác thực hai bước của chính mình."),
    "recovery_codes": Access(EVERYONE, READ_AND_POST, "Mã dự phòng vừa tạo, xem một lần."),
    "recovery_codes_file": Access(EVERYONE, READ, "Mã dự phòng vừa tạo, tệp văn bản."),
    "recovery_codes_new": Access(EVERYONE, READ_AND_POST, "Tạo lại mã dự phòng của mình."),
    "health": Access(OPEN, READ, "Còn chạy hay không; chi tiết: quản trị, ai có HEALTH_TOKEN."),
    "system_state": Access(ADMINISTRATORS, READ, "Cơ sở dữ liệu, kho tệp, sao lưu, thư chờ gửi."),
    "more": Access(EVERYONE, READ, "Các mục khác của trình đơn."),
    # saved views
    "saved_views": Access(EVERYONE, READ, "Cách xem mà chính mình đã lưu."),
    "saved_view_new": Access(EVERYONE, READ_AND_POST, "Lưu một địa chỉ có bộ lọc cho chính mình."),
    "saved_view": Access(EVERYONE, READ, "Mở một cách xem của mình; của người khác: 404."),
    "saved_view_rename": Access(
        EVERYONE, READ_AND_POST, "Đổi tên một cách xem của mình; của người khác: 404."
    ),
    "saved_view_delete": Access(
        EVERYONE, ("POST",), "Xóa một cách xem của mình; của người khác: 404."
    ),
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
    # tasks: plans, a draft under work, amendments
    "tasks:plans": Access(
        EVERYONE, READ, "Các kế hoạch của cơ quan mình; dự thảo: HCQT, lãnh đạo, quản trị."
    ),
    "tasks:plan_page": Access(
        EVERYONE,
        READ,
        "Một kế hoạch và các phát hiện về lời văn; dự thảo: HCQT, lãnh đạo, quản trị, khác: 404.",
    ),
    "tasks:plan_finding": Access(
        frozenset({COORDINATOR}), ("POST",), "Ghi vì sao để nguyên một phát hiện về lời văn."
    ),
    "tasks:plan_begin": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Đưa kế hoạch dự thảo vào thực hiện."
    ),
    "tasks:plan_close": Access(frozenset({COORDINATOR}), READ_AND_POST, "Kết thúc kế hoạch."),
    "tasks:plan_reopen": Access(
        frozenset({LEADER}), READ_AND_POST, "Lãnh đạo mở lại kế hoạch đã kết thúc, có lý do."
    ),
    "tasks:plan_edit": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Soạn kế hoạch dự thảo: phần đầu, mục lục."
    ),
    "tasks:plan_order": Access(
        frozenset({COORDINATOR}), ("POST",), "Đổi thứ tự nhiệm vụ của kế hoạch dự thảo."
    ),
    **{
        f"targets:{page}": Access(frozenset({COORDINATOR}), methods, sees)
        for page, methods, sees in (
            ("list", READ, "Chỉ tiêu của dự thảo."),
            ("order", ("POST",), "Thứ tự chỉ tiêu trong dự thảo."),
            ("new", READ_AND_POST, "Thêm chỉ tiêu vào dự thảo."),
            ("edit", READ_AND_POST, "Một chỉ tiêu của dự thảo."),
        )
    },
    "tasks:plan_area": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Soạn một lĩnh vực của kế hoạch dự thảo."
    ),
    "tasks:plan_task_new": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Thêm một nhiệm vụ vào kế hoạch dự thảo."
    ),
    "tasks:plan_task": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Soạn một nhiệm vụ của kế hoạch dự thảo."
    ),
    # a plan goes on in the next term
    "indicators:plan_roll_over": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Lập dự thảo kế hoạch kỳ tiếp theo."
    ),
    "tasks:roll_over": Access(
        EVERYONE,
        READ,
        "Nhiệm vụ của kế hoạch trước chuyển tiếp ra sao; của dự thảo: HCQT, lãnh đạo, quản trị, "
        "khác: 404.",
    ),
    "roll_over:keep": Access(
        frozenset({COORDINATOR}), ("POST",), "Giữ mọi nhiệm vụ chưa quyết định."
    ),
    "roll_over:task": Access(
        frozenset({COORDINATOR}), ("POST",), "Giữ, sửa, gộp, bỏ một nhiệm vụ của kế hoạch trước."
    ),
    "tasks:carry_over": Access(
        frozenset({COORDINATOR}),
        READ_AND_POST,
        "Việc chưa xong của kế hoạch cũ: chuyển sang kế hoạch mới hoặc dừng.",
    ),
    # a plan comes in from its file
    "tasks:plan_import_new": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Nạp kế hoạch từ tệp Word, Excel đã ký."
    ),
    "tasks:plan_import": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Xem, sửa tệp đã nạp; của cơ quan khác: 404."
    ),
    "tasks:plan_import_file": Access(frozenset({COORDINATOR}), READ, "Tệp kế hoạch đã nạp."),
    "indicators:plan_import_write": Access(
        frozenset({COORDINATOR}), ("POST",), "Ghi tệp đã xem thành kế hoạch dự thảo."
    ),
    "tasks:amendments": Access(
        EVERYONE, READ, "Các văn bản sửa đổi, bổ sung Kế hoạch, lời văn trước và sau."
    ),
    "tasks:amendment_new": Access(
        frozenset({COORDINATOR}),
        READ_AND_POST,
        "Sửa đổi kế hoạch đang hiệu lực; xem trước rồi ghi.",
    ),
    # tasks: approval by the head, documents, extensions, what waits
    "tasks:approve": Access(HEADS, ("POST",), "Duyệt và gửi phần việc của đơn vị mình."),
    "tasks:documents": Access(
        REPORTERS | VERIFIERS,
        READ,
        "Văn bản do đơn vị mình ghi hoặc dẫn; HCQT và lãnh đạo: của mọi đơn vị.",
    ),
    "tasks:extend": Access(REPORTERS, READ_AND_POST, "Xin gia hạn phần việc của đơn vị mình."),
    "tasks:extensions": Access(VERIFIERS, READ, "Đề nghị gia hạn của các đơn vị."),
    "tasks:extension": Access(
        REPORTERS | VERIFIERS,
        READ_AND_POST,
        "Một đề nghị gia hạn: đơn vị xem của mình, HCQT cho ý kiến, lãnh đạo quyết định.",
    ),
    "tasks:trigger": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Ghi nhận văn bản làm phát sinh một nhiệm vụ."
    ),
    "tasks:trigger_check": Access(
        frozenset({COORDINATOR}), ("POST",), "Ghi “chưa ban hành” sau khi kiểm tra."
    ),
    "tasks:stop": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Dừng một phần việc theo quyết định."
    ),
    # tasks: notices, calendars
    "tasks:notices": Access(
        EVERYONE, READ_AND_POST, "Thông báo gửi cho chính mình; chọn cách nhận thư tổng hợp."
    ),
    "tasks:notices_read": Access(
        EVERYONE, ("POST",), "Đánh dấu đã đọc thông báo của chính mình; của người khác: 404."
    ),
    "tasks:calendar": Access(
        REPORTERS | VERIFIERS, READ_AND_POST, "Địa chỉ lịch của chính mình: tạo, hủy, tạo lại."
    ),
    "tasks:calendar_feed": Access(
        OPEN,
        READ,
        "Ai có địa chỉ bí mật: lời văn Kế hoạch, đơn vị, thời hạn, tình trạng mà chủ lịch được xem; "
        "đã hủy hoặc chủ lịch thôi việc: 404.",
    ),
    # tasks: the coordinator's desk, đôn đốc, directives
    "tasks:desk": Access(
        frozenset({COORDINATOR}), READ, "Việc chờ HCQT: xác nhận, đôn đốc, quyết định."
    ),
    "tasks:verify_many": Access(
        VERIFIERS, ("POST",), "Xác nhận các việc đã xem; việc không thuộc mình thì không động đến."
    ),
    "tasks:remind": Access(frozenset({COORDINATOR}), READ_AND_POST, "Nhắc một đơn vị."),
    "tasks:report_to_leaders": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Báo cáo lãnh đạo về một phần việc."
    ),
    "tasks:leaders_list": Access(
        VERIFIERS, READ, "Việc quá hạn của mọi đơn vị, đã đôn đốc và trả lời thế nào."
    ),
    "tasks:urge_letter_new": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Lập phiếu đôn đốc gửi một đơn vị."
    ),
    "tasks:urge_letter": Access(
        REPORTERS | VERIFIERS, READ, "Phiếu đôn đốc: đơn vị được gửi, HCQT, lãnh đạo; khác: 404."
    ),
    "tasks:answer_reminder": Access(REPORTERS, READ_AND_POST, OWN_UNIT),
    "tasks:direct": Access(frozenset({LEADER}), READ_AND_POST, "Lãnh đạo ghi ý kiến chỉ đạo."),
    "tasks:directives": Access(
        REPORTERS | VERIFIERS,
        READ,
        "Ý kiến chỉ đạo giao đơn vị mình và trả lời; HCQT, lãnh đạo: của mọi đơn vị.",
    ),
    "tasks:directive_answer": Access(REPORTERS, READ_AND_POST, OWN_UNIT),
    "tasks:directive_close": Access(
        VERIFIERS, READ_AND_POST, "Chấp nhận trả lời hoặc yêu cầu trả lời lại."
    ),
    # indicators
    "indicators:list": Access(EVERYONE, READ, "Chỉ tiêu, mục tiêu và kết quả đo của cơ quan mình."),
    "indicators:indicator": Access(EVERYONE, READ, "Một chỉ tiêu, các kết quả đo qua từng năm."),
    "indicators:measure": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Ghi kết quả đo của một năm."
    ),
    # indices of area VIII
    "indicators:index_list": Access(EVERYONE, READ, "Các chỉ số của lĩnh vực VIII qua từng năm."),
    "indicators:index": Access(
        EVERYONE, READ, "Một chỉ số: các năm, điểm thành phần, nhiệm vụ liên quan."
    ),
    "indicators:index_record": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Ghi kết quả một chỉ số của một năm."
    ),
    # reports
    "reports:dashboard": Access(EVERYONE, READ, PLAN_AND_STATES),
    # reports: forms of the dashboard
    "reports:compare": Access(EVERYONE, READ, PLAN_AND_STATES),
    "reports:offices": Access(
        EVERYONE,
        READ,
        "Số liệu các kế hoạch của cơ quan mình và cơ quan trực thuộc; chỉ có một cơ quan: 404.",
    ),
    "reports:presentation": Access(EVERYONE, READ, PLAN_AND_STATES),
    "reports:dashboard_pdf": Access(EVERYONE, READ, PLAN_AND_STATES),
    "reports:plan_xlsx": Access(EVERYONE, READ, PLAN_AND_STATES),
    "reports:plan_pdf": Access(EVERYONE, READ, PLAN_AND_STATES),
    # reports: the year's plan
    "reports:annual_plan_docx": Access(
        REPORTERS | VERIFIERS,
        READ,
        "Dự thảo kế hoạch một năm, tệp Word: HCQT, lãnh đạo, đơn vị chủ trì nhiệm vụ ấy; khác: 403.",
    ),
    # reports: a unit's Excel sheet
    "reports:sheet_download": Access(REPORTERS, READ, "Phần việc của đơn vị mình, tệp Excel."),
    "reports:sheet_upload": Access(
        REPORTERS, READ_AND_POST, "Nạp tệp Excel của đơn vị mình; của đơn vị khác: từ chối."
    ),
    "reports:list": Access(VERIFIERS, READ, "Các kỳ báo cáo của năm."),
    "reports:report": Access(VERIFIERS, READ, "Một báo cáo, nội dung của mọi đơn vị."),
    "reports:report_pdf": Access(VERIFIERS, READ, "Báo cáo, tệp PDF."),
    "reports:report_docx": Access(VERIFIERS, READ, "Báo cáo, tệp Word."),
    "reports:report_xlsx": Access(VERIFIERS, READ, "Báo cáo, phụ lục Excel."),
    "reports:report_file": Access(VERIFIERS, READ, "Tệp đã lưu của báo cáo đã ban hành."),
    # reports: the office's own Word template
    "reports:office_template": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Mẫu Word của báo cáo: xem, đưa lên, bỏ."
    ),
    "reports:office_template_file": Access(
        frozenset({COORDINATOR}), READ, "Mẫu Word mà cơ quan đã đưa lên."
    ),
    "reports:our_template_file": Access(frozenset({COORDINATOR}), READ, "Mẫu Word của phần mềm."),
    "reports:urge_letter_docx": Access(
        REPORTERS | VERIFIERS, READ, "Phiếu đôn đốc, tệp Word: ai xem được phiếu thì tải được."
    ),
    # reports: the editor, contributions
    "reports:editor": Access(frozenset({COORDINATOR}), READ, "Soạn báo cáo: HCQT của kế hoạch."),
    "reports:begin": Access(frozenset({COORDINATOR}), ("POST",), "Lập dự thảo báo cáo."),
    **{
        f"reports:passage_{act}": Access(frozenset({COORDINATOR}), ("POST",), sees)
        for act, sees in (
            ("save", "Ghi lời văn một đoạn của dự thảo."),
            ("add", "Thêm một đoạn vào dự thảo."),
            ("hide", "Bỏ một đoạn khỏi dự thảo; đoạn vẫn được giữ."),
            ("show", "Đưa lại một đoạn đã bỏ."),
            ("take", "Lấy lại đoạn theo cập nhật của đơn vị."),
            ("keep", "Giữ đoạn đã sửa khi nguồn thay đổi."),
        )
    },
    "reports:section_ask": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Đề nghị một đơn vị đóng góp cho một mục."
    ),
    "reports:contribution": Access(
        REPORTERS, READ_AND_POST, "Đóng góp cho một mục: đơn vị được đề nghị; khác: 404."
    ),
    "reports:contribution_take": Access(
        frozenset({COORDINATOR}), ("POST",), "Đưa nội dung đơn vị đã gửi vào dự thảo."
    ),
    # reports: the days of a period, the outlines
    "reports:period_new": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Lập kỳ báo cáo đột xuất: HCQT của kế hoạch."
    ),
    "reports:period_days": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "Đặt ngày của một kỳ báo cáo: HCQT."
    ),
    "reports:outlines": Access(VERIFIERS, READ, "Đề cương của từng loại báo cáo, các bản đã lưu."),
    "reports:outline": Access(
        VERIFIERS, READ_AND_POST, "Một đề cương: HCQT sửa thành bản mới, lãnh đạo xem."
    ),
    # a report's way, the statistics form
    "reports:submit": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "HCQT trình báo cáo của cơ quan mình."
    ),
    "reports:return": Access(
        frozenset({LEADER}), READ_AND_POST, "Lãnh đạo trả lại báo cáo đã trình, có lý do."
    ),
    "reports:approve": Access(
        frozenset({LEADER}), READ_AND_POST, "Lãnh đạo duyệt báo cáo đã trình."
    ),
    "reports:issue": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "HCQT ghi số, ngày do văn thư cấp."
    ),
    "reports:sign": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "HCQT gắn tệp đã ký của báo cáo đã ban hành."
    ),
    "reports:correct": Access(
        frozenset({COORDINATOR}), READ_AND_POST, "HCQT lập bản đính chính báo cáo đã ban hành."
    ),
    "reports:statistics": Access(
        VERIFIERS, READ_AND_POST, "Biểu thống kê của một báo cáo; HCQT ghi, lãnh đạo chỉ xem."
    ),
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


def may_look(user, access: Access, plan) -> bool:
    """Whether somebody who may call the address finds this plan there."""
    return access.roles is None or permissions.finds(user, access.roles, plan)


def may_call(user, access: Access) -> bool:
    return access.roles is None or (user.is_active and user.role in access.roles)

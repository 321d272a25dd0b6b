"""Work of 2023 and 2024 for the tests of reports: done through the actions, as people do it."""

from datetime import date

from conftest import at
from reports.models import ReportPeriod
from reports.pages.report import find_period
from tasks import actions
from tasks.citing import Citation
from tasks.models import Assignment

KEHOACH = "Ban hành Kế hoạch hoạt động kiểm soát TTHC năm 2024"


def slot(occurrence: str, unit: str | None = None) -> Assignment:
    code, _, year = occurrence.partition("/")
    slots = Assignment.objects.select_related("task__plan__coordinator", "unit").filter(
        task__code=code, year=int(year)
    )
    return slots.get(unit__code=unit) if unit else slots.get()


def citation(assignment, number, issued_on, summary, kind="", issuer="Văn phòng UBND tỉnh"):
    products = tuple(assignment.task.products.values_list("pk", flat=True))
    return Citation(
        number=number,
        issued_on=issued_on,
        summary=summary,
        issuer=issuer,
        kind=kind,
        products=products,
    )


def finish(assignment, *cite, by, verifier, result, when=None):
    """Reported with its documents on the day after the last of them, and verified."""
    last = max(document.issued_on for document in cite)
    when = when or at(last.year, last.month, last.day, 15)
    send(assignment, *cite, by=by, result=result, when=when)
    assignment.refresh_from_db()
    actions.verify(assignment=assignment, by=verifier, at=when, seen_version=assignment.version)


def send(assignment, *cite, by, result, when, sends=True, **words):
    actions.post_update(
        assignment=assignment,
        by=by,
        at=when,
        seen_version=assignment.version,
        send=sends,
        result=result,
        cite=cite,
        **words,
    )


def play_2024(*, lan, minh, hoa, thu, quang):
    """The office keeps its books from 2024 on. Nine tasks of 2024 done (I.3 twelve days late, I.1 after the data day), one of 2023 in the
    last fortnight of that year, V.1 and V.3 done in 2022; one sent but not verified, one in difficulty."""

    def done(occurrence, unit, number, day, summary, kind, result, by, verifier):
        assignment = slot(occurrence, unit)
        issuer = "UBND tỉnh" if number.endswith("UBND") else "Văn phòng UBND tỉnh"
        document = citation(assignment, number, day, summary, kind, issuer)
        finish(assignment, document, by=by, verifier=verifier, result=result)

    begun = Assignment.objects.filter(year__lt=2024)
    begun.exclude(task__code__in=["V.1", "V.3", "IV.1"]).exclude(
        task__code="I.1", year=2023
    ).delete()
    for code, number in (("V.1", "1530/QĐ-UBND"), ("V.3", "77/QĐ-VP")):
        done(
            f"{code}/2022",
            "HCQT",
            number,
            date(2022, 12, 9),
            "Phê duyệt theo nhiệm vụ năm 2022",
            "Quyết định",
            "Đã trình cấp có thẩm quyền phê duyệt.",
            lan,
            quang,
        )
    done(
        "I.1/2023",
        "HCQT",
        "201/KH-VP",
        date(2023, 12, 20),
        "Kế hoạch cải cách hành chính năm 2024",
        "Kế hoạch",
        "Đã ban hành Kế hoạch cải cách hành chính năm 2024 của Văn phòng.",
        lan,
        quang,
    )
    done(
        "I.2/2024",
        "TTPVKS",
        "14/KH-VP",
        date(2024, 2, 19),
        KEHOACH,
        "Kế hoạch",
        "Đã tham mưu ban hành Kế hoạch hoạt động kiểm soát TTHC năm 2024.",
        minh,
        thu,
    )
    done(
        "I.3/2024",
        "TTPVKS",
        "58/KH-UBND",
        date(2024, 4, 12),
        "Về hoạt động kiểm soát thủ tục hành chính trên địa bàn tỉnh năm 2024",
        "Kế hoạch",
        "Tham mưu UBND tỉnh ban hành 04 kế hoạch về hoạt động kiểm soát TTHC trên địa bàn tỉnh",
        minh,
        thu,
    )
    done(
        "II.4/2024",
        "HCQT",
        "188/BC-VP",
        date(2024, 11, 20),
        "Kết quả kiểm tra, rà soát văn bản quy phạm pháp luật năm 2024",
        "Báo cáo",
        "Rà soát 41 văn bản quy phạm pháp luật do Văn phòng tham mưu\n"
        "Phát hiện 14 văn bản hết hiệu lực một phần",
        lan,
        quang,
    )
    done(
        "II.5/2024",
        "TTPVKS",
        "189/BC-VP",
        date(2024, 11, 22),
        "Kết quả theo dõi tình hình thi hành pháp luật năm 2024",
        "",
        "Công tác theo dõi tình hình thi hành pháp luật được thực hiện đúng kế hoạch.",
        minh,
        thu,
    )
    done(
        "III.4/2024",
        "TTPVKS",
        "195/BC-VP",
        date(2024, 12, 3),
        "Kết quả tiếp nhận, xử lý phản ánh, kiến nghị năm 2024",
        "Báo cáo",
        "Đã tiếp nhận, phân loại và chuyển xử lý 318/318 phản ánh, kiến nghị, đạt 100%.",
        minh,
        thu,
    )
    done(
        "V.2/2024",
        "HCQT",
        "31/KH-VP",
        date(2024, 3, 5),
        "Đào tạo, bồi dưỡng, chuyển đổi vị trí công tác năm 2024",
        "Kế hoạch",
        "Ban hành Kế hoạch đào tạo, bồi dưỡng, chuyển đổi vị trí công tác năm 2024.",
        lan,
        quang,
    )
    done(
        "VII.1/2024",
        "TTCBTH",
        "22/KH-VP",
        date(2024, 1, 30),
        "V/v ứng dụng công nghệ thông tin của Văn phòng năm 2024",
        "Kế hoạch",
        "Đã ban hành Kế hoạch ứng dụng công nghệ thông tin năm 2024",
        hoa,
        thu,
    )
    done(
        "VII.3/2024",
        "TTCBTH",
        "201/BC-VP",
        date(2024, 12, 6),
        "Báo cáo kết quả duy trì, nâng cấp Trang thông tin điện tử",
        "Báo cáo",
        "Trang thông tin điện tử của Văn phòng đăng 1.204 tin, bài; hoạt động ổn định",
        hoa,
        thu,
    )
    done(
        "I.1/2024",
        "HCQT",
        "210/KH-VP",
        date(2024, 12, 20),
        "Kế hoạch cải cách hành chính năm 2025",
        "Kế hoạch",
        "Đã ban hành Kế hoạch cải cách hành chính năm 2025 của Văn phòng.",
        lan,
        quang,
    )
    waiting = slot("VII.2/2024", "TTCBTH")
    send(
        waiting,
        citation(
            waiting, "199/BC-VP", date(2024, 12, 5), "Kết quả phát triển Chính quyền số", "Báo cáo"
        ),
        by=hoa,
        result="Đã báo cáo kết quả phát triển Chính quyền số, KHÔNG ĐƯỢC NÓI KHI CHƯA XÁC NHẬN.",
        when=at(2024, 12, 6),
    )
    send(
        slot("VII.4/2024", "TTCBTH"),
        by=hoa,
        result="Đang phối hợp điều hành Trung tâm IOC.",
        difficulty="Chưa được bố trí kinh phí nâng cấp đường truyền",
        proposal="Đề nghị UBND tỉnh bố trí kinh phí nâng cấp đường truyền Trung tâm IOC năm 2025",
        when=at(2024, 11, 28),
        sends=False,
    )


def year_of(plan, year) -> ReportPeriod:
    """The period of a year's annual report."""
    return find_period(plan, f"nam-{year}")

"""Work of several years for the tests of the dashboard: done through the actions, nothing deleted."""

from datetime import date

from conftest import at
from reports.tests.scene import citation, finish, send, slot
from tasks import actions, directing, extending


def play_years(*, lan, minh, hoa, thu, quang):
    """Done on time and late, sent, blocked, returned, asking for time, waiting for a leader."""

    def done(occurrence, unit, day, by, verifier, **when):
        work = slot(occurrence, unit)
        paper = citation(work, f"{day:%d%m}/KH-VP", day, f"Kế hoạch của {occurrence}")
        finish(work, paper, by=by, verifier=verifier, result="Đã ban hành.", **when)

    done("I.2/2022", "TTPVKS", date(2022, 3, 10), minh, thu)
    done("V.1/2022", "HCQT", date(2022, 12, 9), lan, quang)
    done("I.2/2024", "TTPVKS", date(2024, 2, 19), minh, thu)
    done("I.3/2024", "TTPVKS", date(2024, 4, 12), minh, thu)
    done("VII.3/2024", "TTCBTH", date(2024, 12, 11), hoa, thu)
    done("VII.1/2024", "TTCBTH", date(2024, 12, 13), hoa, thu, when=at(2024, 12, 18))
    done("I.2/2025", "TTPVKS", date(2025, 4, 12), minh, thu)
    moments = {"when": at(2024, 12, 10)}
    work = slot("II.4/2024", "HCQT")
    paper = citation(work, "188/BC-VP", date(2024, 12, 9), "Kết quả rà soát văn bản")
    send(work, paper, by=lan, result="Đã rà soát.", **moments)
    work = slot("VII.2/2024", "TTCBTH")
    paper = citation(work, "199/BC-VP", date(2024, 12, 5), "Kết quả Chính quyền số")
    send(work, paper, by=hoa, result="Đã báo cáo.", **moments)
    work.refresh_from_db()
    actions.return_to_unit(
        assignment=work, by=thu, at=at(2024, 12, 12), seen_version=work.version, reason="Thiếu số."
    )
    send(
        slot("III.3/2024", "TTPVKS"),
        by=minh,
        result="Đã rà soát.",
        difficulty="Phần mềm đất đai chưa kết nối.",
        proposal="Văn phòng có văn bản đề nghị mở kết nối.",
        when=at(2024, 12, 9),
        sends=False,
    )
    extending.ask(
        assignment=slot("III.4/2024", "TTPVKS"),
        by=minh,
        at=at(2024, 12, 12),
        wanted_on=date(2025, 1, 31),
        reason="Chờ số liệu của các sở.",
    )
    directing.direct(
        task=work.task,
        year=2024,
        period="",
        unit=work.unit,
        by=quang,
        at=at(2024, 12, 13),
        words="Hoàn thành trong quý IV.",
    )

"""Mails, as a real SMTP server receives them."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models import Q

from cchc.models import Unit, User
from conftest import at
from tasks import mailing
from tasks.buckets import Bucket
from tasks.ledger import read_year
from tasks.management.commands import send_notices
from tasks.models import Digest, Notice
from tasks.noticing import tell
from tasks.tests.mail_server import Keeper, started
from tasks.tests.story import give_back, send

MONDAY = at(2024, 3, 4, 8)
MINH, HUNG, THU, QUANG = (f"{name}@vp.example" for name in ("minh", "hung", "thu", "quang"))

pytestmark = pytest.mark.usefixtures("plan")


@pytest.fixture
def server(settings):
    keeper = Keeper()
    controller = started(keeper)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.SITE_URL = "https://cchc.vp.example"
    settings.DEFAULT_FROM_EMAIL = "Kế hoạch CCHC <cchc@vp.example>"
    yield keeper
    controller.stop()


@pytest.fixture(autouse=True)
def no_ladder(request, monkeypatch):
    """The notices of the ladder have their own tests; here they cost a minute."""
    if "with_ladder" not in request.fixturenames:
        monkeypatch.setattr(send_notices, "give_notices", lambda **_: [])


@pytest.fixture
def with_ladder():
    """The command whole."""


@pytest.fixture
def people(minh, hung, thu, quang):
    """Minh and Hùng of one centre, Thu who coordinates, Quang who leads; each has an address."""
    found = [minh, hung, thu, quang]
    for user in found:
        user.email = f"{user.username}@vp.example"
        user.save()
    return found


def silence(*users):
    User.objects.filter(pk__in=[user.pk for user in users]).update(digest_every="never")


def subject_of(mail) -> str:
    return mail["Subject"].strip()  # a parser keeps the space of a line that was folded at once


def run(when=MONDAY) -> str:
    out = StringIO()
    with time_machine.travel(when, tick=False):
        call_command("send_notices", stdout=out)
    return out.getvalue()


def notice_for(
    user, words="I.2/2024 bị trả lại: Thiếu.", key="returned:1", urgent=True, when=MONDAY
):
    tell(
        users=[user],
        kind=Notice.Kind.RETURNED if urgent else Notice.Kind.EXTENSION,
        words=words,
        path="/phan-viec/1/cap-nhat/",
        key=key,
        at=when,
        urgent=urgent,
    )


def test_returned_work_is_mailed_at_once_to_its_unit_alone(server, people, assignment_of):
    minh, hung, thu, _ = people
    silence(*people)
    work = assignment_of("I.2/2024")
    send(work, minh)
    give_back(work, thu, MONDAY, reason="Thiếu danh mục văn bản kèm theo.")
    run()
    assert sorted(to for tos, _ in server.mails for to in tos) == [HUNG, MINH]
    (mail,) = server.to(MINH)
    assert (
        subject_of(mail) == "Kế hoạch CCHC: I.2/2024 bị trả lại: Thiếu danh mục văn bản kèm theo."
    )
    assert mail["From"] == "Kế hoạch CCHC <cchc@vp.example>" and mail["To"] == MINH
    assert mail["Auto-Submitted"] == "auto-generated"
    (text,) = server.texts(MINH)
    assert text.startswith("Kính gửi ông/bà Trần Văn Minh,")
    assert f"https://cchc.vp.example/phan-viec/{work.pk}/cap-nhat/" in text
    html = mail.get_body(("html",)).get_content()
    assert f'href="https://cchc.vp.example/phan-viec/{work.pk}/cap-nhat/"' in html


def test_running_again_sends_nothing_again(server, people):
    notice_for(people[0])
    run()
    first = len(server.mails)
    assert first > 1
    assert "gửi 0 thư" in run()
    assert "gửi 0 thư" in run(MONDAY + timedelta(minutes=15))
    assert len(server.mails) == first


def test_the_digest_has_the_ledgers_figures_of_the_persons_unit(server, people, plan):
    when = at(2024, 12, 16, 8)
    run(when)
    only = Q(unit__code="TTPVKS")
    rows = read_year(plan, 2024, when.date(), only=only).rows
    late = [row for row in rows if row.bucket == Bucket.OPEN_OVERDUE]
    soon = [row for row in rows if row.soon]
    assert late and soon
    (text,) = server.texts(MINH)
    assert "Tình hình đến ngày 16/12/2024, Trung tâm" in text
    assert f"PHẦN VIỆC QUÁ HẠN: {len(late)}" in text
    assert f"PHẦN VIỆC ĐẾN HẠN TRONG 15 NGÀY: {len(soon)}" in text
    assert "https://cchc.vp.example/viec-cua-don-vi/" in text
    assert "BỊ TRẢ LẠI" not in text  # nothing was: not even a zero
    (mail,) = server.to(MINH)
    assert subject_of(mail).startswith("Kế hoạch CCHC, 16/12/2024: ")
    assert f"{len(late)} phần việc quá hạn" in subject_of(mail)


def test_hcqt_and_the_leaders_read_the_offices_figures_and_a_unit_does_not(server, people, plan):
    when = at(2024, 12, 16, 8)
    run(when)
    late = read_year(plan, 2024, when.date()).counts[Bucket.OPEN_OVERDUE]
    line = f"NHIỆM VỤ CỦA CẢ CƠ QUAN QUÁ HẠN: {late}"
    assert line in server.texts(THU)[0] and line in server.texts(QUANG)[0]
    assert "CẢ CƠ QUAN" not in server.texts(MINH)[0]
    address = "https://cchc.vp.example/ke-hoach/?trang-thai=qua-han"
    assert address in server.texts(QUANG)[0]


def test_what_waits_for_verification_is_in_the_digest_of_who_verifies(
    server, people, assignment_of
):
    send(assignment_of("I.2/2024"), people[0])
    run()
    assert "PHẦN VIỆC CHỜ XÁC NHẬN: 1" in server.texts(THU)[0]
    assert "https://cchc.vp.example/cho-xac-nhan/" in server.texts(THU)[0]
    assert "CHỜ XÁC NHẬN" not in server.texts(QUANG)[0]


def test_returned_work_stands_in_the_digest(server, people, assignment_of):
    minh, _, thu, _ = people
    work = assignment_of("I.2/2024")
    send(work, minh)
    give_back(work, thu, at(2024, 3, 1))
    run()
    assert any("PHẦN VIỆC BỊ TRẢ LẠI: 1" in text for text in server.texts(HUNG))


def test_new_notices_come_in_one_digest_and_only_once(server, people):
    minh = people[0]
    for number in range(15):
        notice_for(minh, f"Việc số {number:02}", key=f"k:{number}", urgent=False)
    run()
    (text,) = server.texts(MINH)
    assert "THÔNG BÁO MỚI:" in text and "Việc số 14" in text and "mục khác" in text
    assert not Notice.objects.filter(user=minh, mailed_at=None).exists()
    run(MONDAY + timedelta(days=7))
    assert "Việc số 14" not in server.texts(MINH)[1]


def test_what_was_read_in_the_bell_is_not_mailed(server, people):
    notice_for(people[0])
    Notice.objects.update(read_at=MONDAY)
    run()
    assert not any("bị trả lại" in subject_of(mail) for mail in server.to(MINH))


def test_weekly_on_monday_daily_on_working_days_never_never(server, people):
    minh, hung, thu, quang = people
    silence(thu, quang)
    User.objects.filter(pk=hung.pk).update(digest_every="day")
    for days in range(8):  # Monday to Monday
        run(at(2024, 12, 16, 8) + timedelta(days=days))
    assert len(server.to(MINH)) == 2
    assert len(server.to(HUNG)) == 6
    assert not server.to(THU) and not server.to(QUANG)


def test_nothing_to_say_no_mail(server, an, minh):
    for user in (an, minh):
        user.email = f"{user.username}@vp.example"
        user.save()
    minh.unit = Unit.objects.create(
        code="MOI", name="Phòng mới", short_name="Phòng mới", path="/MOI/", parent=None
    )
    minh.save()
    assert "gửi 0 thư" in run()
    assert not Digest.objects.exists()


def test_who_left_or_has_no_address_gets_none(server, people, hoa):
    minh = people[0]
    notice_for(minh)
    notice_for(hoa)
    minh.is_active = False
    minh.save()
    run()
    assert not server.to(MINH)
    assert Notice.objects.get(user=hoa, key="returned:1").mailed_at is None


def test_one_refused_address_stops_nobody_and_is_tried_again(server, people):
    minh, hung, _, _ = people
    notice_for(minh)
    notice_for(hung)
    server.refused = {MINH}
    with pytest.raises(CommandError, match="2 thư chưa gửi được"):  # his notice and his digest
        run()
    assert len(server.to(HUNG)) == 2 and server.to(THU) and server.to(QUANG)
    assert not server.to(MINH)
    before = len(server.mails)
    server.refused = set()
    run(MONDAY + timedelta(minutes=15))
    assert len(server.mails) - before == len(server.to(MINH)) == 2


def test_a_weekly_digest_refused_on_monday_comes_on_tuesday(server, people):
    server.refused = {MINH}
    with pytest.raises(CommandError):
        run(at(2024, 12, 16, 8))
    server.refused = set()
    run(at(2024, 12, 17, 8))
    run(at(2024, 12, 18, 8))
    assert len(server.to(MINH)) == len(server.to(HUNG)) == 1
    assert "đến ngày 17/12/2024" in server.texts(MINH)[0]


def test_a_monday_without_any_run_is_made_up_for(server, people):
    run(at(2024, 12, 18, 8))
    run(at(2024, 12, 19, 8))
    assert [len(server.to(who)) for who in (MINH, HUNG, THU, QUANG)] == [1, 1, 1, 1]


def test_who_had_nothing_on_monday_is_told_nothing_on_wednesday(server, people, hoa):
    run(at(2024, 12, 16, 8))
    User.objects.filter(pk=hoa.pk).update(email="hoa@vp.example")
    run(at(2024, 12, 18, 8))
    assert not server.to("hoa@vp.example")


def test_without_a_server_nothing_is_lost(server, people, settings):
    notice_for(people[0])
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    with pytest.raises(CommandError, match="Không nối được máy chủ thư"):
        run()
    assert not server.mails
    settings.EMAIL_PORT = port
    run()
    assert len(server.to(MINH)) == 2


def test_what_a_killed_run_had_claimed_is_taken_up_after_ten_minutes(server, people, monkeypatch):
    silence(*people[1:])
    notice_for(people[0])

    def killed(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(mailing.Outbox, "send", killed)
    with pytest.raises(KeyboardInterrupt):
        run()
    monkeypatch.undo()
    run(MONDAY + timedelta(minutes=5))
    assert not any("bị trả lại" in subject_of(mail) for mail in server.to(MINH))
    run(MONDAY + timedelta(minutes=11))
    run(MONDAY + timedelta(minutes=30))
    subjects = [subject_of(mail) for mail in server.to(MINH)]
    assert sum("bị trả lại" in subject for subject in subjects) == 1
    assert len(subjects) == 2  # and one digest


def test_two_runs_at_the_same_time_send_each_mail_once(server, people, monkeypatch):
    """A whole second run takes place while the first speaks to the server about each mail."""
    notice_for(people[0])
    alone = mailing.Outbox.send
    depth = []

    def interrupted(outbox, user, *letter):
        if not depth:
            depth.append(1)
            second = mailing.Outbox()
            mailing.send_urgent(second, mailing.Outcome())
            mailing.send_digests(second, mailing.Outcome())
            second.close()
            depth.pop()
        alone(outbox, user, *letter)

    monkeypatch.setattr(mailing.Outbox, "send", interrupted)
    run()
    keys = [mail["Message-ID"] for _, mail in server.mails]
    assert len(keys) == len(set(keys)) == 5  # one notice, four digests


def test_the_notices_of_the_ladder_go_out_with_the_same_command(
    server, people, assignment_of, with_ladder
):
    due = assignment_of("I.2/2024").due_on
    run(at(due.year, due.month, due.day) - timedelta(days=5))
    told = Notice.objects.filter(user=people[0], kind="due")
    assert any("I.2/2024" in notice.words for notice in told)
    (text,) = server.texts(MINH)
    assert "PHẦN VIỆC ĐẾN HẠN" in text and "THÔNG BÁO" not in text  # one thing is said once


@pytest.mark.parametrize("words", ["Thiếu\r\nBcc: ai@do.example", "Thiếu\nX-A: b", "Thiếu\x0bX: y"])
def test_no_words_become_a_header(server, people, words):
    silence(*people)
    notice_for(people[0], words=words)
    run()
    (mail,) = server.to(MINH)
    assert len(server.mails) == 1 and mail["Bcc"] is None and mail["X-A"] is None
    assert subject_of(mail).startswith("Kế hoạch CCHC: Thiếu")


def test_an_address_with_a_line_end_harms_nobody(server, people):
    minh = people[0]
    User.objects.filter(pk=minh.pk).update(email="minh@vp.example\nBcc: ai@do.example")
    with pytest.raises(CommandError):
        run()
    assert server.to(HUNG) and not server.to("ai@do.example") and not server.to(MINH)


def test_words_with_markup_are_text_in_both_parts(server, people):
    silence(*people)
    notice_for(people[0], words="<b>Thiếu</b> & “chưa đủ”")
    run()
    (mail,) = server.to(MINH)
    assert "<b>Thiếu</b> & “chưa đủ”" in server.texts(MINH)[0]
    assert "&lt;b&gt;Thiếu" in mail.get_body(("html",)).get_content()


def test_without_the_sites_address_no_mail_goes_out(server, people, settings):
    settings.SITE_URL = ""
    with pytest.raises(CommandError, match="SITE_URL"):
        run()
    assert not server.mails


def test_no_password_stands_in_what_the_command_says(server, people, settings, caplog):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "cchc", "bi-mat-cua-thu"
    with pytest.raises(CommandError) as refusal:
        run()  # the server of the test knows no sign-in
    assert "bi-mat" not in str(refusal.value) and "bi-mat" not in caplog.text


@pytest.mark.parametrize(("every", "day", "of"), [
    ("day", 6, 6), ("day", 9, None), ("week", 4, 4), ("week", 8, 4), ("week", 10, None),
])  # fmt: skip
def test_whose_day_it_is(every, day, of):
    """March 2024: the 4th is a Monday, the 9th a Saturday."""
    found = mailing.digest_day(every, at(2024, 3, day).date())
    assert found == (of and at(2024, 3, of).date())

"""The notices of the day, then the mails. For a timer: safe to run as often as one likes, and by
two at the same time (tasks/mailing.py)."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cchc import clock
from tasks.mailing import Outbox, Outcome, Unreachable, send_digests, send_urgent
from tasks.models import Plan
from tasks.urging import give_notices


class Command(BaseCommand):
    help = "Nhắc việc sắp đến hạn, quá hạn; gửi thư báo ngay và thư tổng hợp."

    def handle(self, *, verbosity, **options):
        if not settings.SITE_URL:
            raise CommandError("Cần biến môi trường SITE_URL, ví dụ https://cchc.tinh.gov.vn.")
        given = sum(
            len(give_notices(plan=plan, today=clock.today(), at=clock.now()))
            for plan in Plan.objects.filter(status=Plan.Status.IN_FORCE)
        )
        outbox, outcome = Outbox(), Outcome()
        try:
            send_urgent(outbox, outcome)
            send_digests(outbox, outcome)
        except Unreachable as error:
            raise CommandError(f"Không nối được máy chủ thư: {error}") from error
        finally:
            outbox.close()
        if verbosity:
            self.stdout.write(f"Đã nhắc {given} phần việc, gửi {outcome.sent} thư.")
        if outcome.failed:
            raise CommandError(f"{outcome.failed} thư chưa gửi được; lần chạy sau sẽ gửi lại.")

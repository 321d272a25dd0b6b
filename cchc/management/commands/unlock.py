"""Let somebody try again who was refused for too many tries; the way in when nobody is let in."""

from django.core.management.base import BaseCommand, CommandError

from cchc import audit, clock
from cchc.models import User
from cchc.sign_in import throttle, two_step


class Command(BaseCommand):
    help = "Mở lại đăng nhập cho một người đã thử sai quá nhiều lần."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument(
            "--two-step-off",
            action="store_true",
            help="tắt cả xác thực hai bước (mất điện thoại và mã dự phòng)",
        )

    def handle(self, username, two_step_off, **options):
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"Không có người dùng “{username}”.")
        forgotten = throttle.unlock(username)
        audit.record(by=None, verb="unlocked", target=user, at=clock.now(), tries=forgotten)
        self.stdout.write(f"Đã mở lại đăng nhập cho {user} ({forgotten} lần thử sai được bỏ qua).")
        if two_step_off:
            was_on = two_step.turn_off(user=user, by=None, at=clock.now())
            self.stdout.write(
                "Đã tắt xác thực hai bước." if was_on else "Xác thực hai bước đang tắt."
            )
        if not user.is_active:
            self.stdout.write("Người này đã ngừng hoạt động: quản trị bật lại ở trang người dùng.")

"""For timers: `manage.py once backup /var/backups/cchc` runs `backup` unless a host did so today."""

import argparse
import socket

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from cchc import clock
from cchc.scheduling import run_once


class Command(BaseCommand):
    help = "Chạy một lệnh định kỳ, mỗi ngày một lần dù mấy máy cùng gọi."

    def add_arguments(self, parser):
        parser.add_argument("name", help="tên lệnh, ví dụ fsck")
        parser.add_argument(
            "arguments", nargs=argparse.REMAINDER, help="tham số của lệnh ấy, nguyên như khi gõ nó"
        )

    def handle(self, name, arguments, **options):
        if name not in get_commands() or name == "once":
            raise CommandError(f"Không có lệnh “{name}”.")
        other = run_once(
            name,
            clock.today(),
            host=socket.gethostname(),
            now=clock.now,
            work=lambda: call_command(name, *arguments, stdout=self.stdout, stderr=self.stderr),
        )
        if other:
            done = "đã chạy" if other.done_at else "đang chạy"
            self.stdout.write(f"{name}: máy {other.host} {done} hôm nay, lần này bỏ qua.")

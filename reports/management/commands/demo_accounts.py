"""The demo accounts of each role; nothing where there are none."""

import json

from django.conf import settings
from django.core.management.base import BaseCommand

from cchc.models import User


class Command(BaseCommand):
    help = "In các tài khoản minh họa của từng vai trò."

    def handle(self, **options):
        people = User.objects.filter(is_demo=True, is_active=True).select_related("unit")
        if not people:
            return
        demo = json.loads((settings.BASE_DIR / "fixtures" / "demo.json").read_text("utf-8"))
        self.stdout.write(f"Tài khoản minh họa (mật khẩu chung: {demo['password']}):")
        for person in sorted(people, key=lambda p: list(User.Role).index(p.role)):
            where = person.unit.name if person.unit else "toàn hệ thống"
            self.stdout.write(f"  {person.username:<12} {person.get_role_display()}, {where}")

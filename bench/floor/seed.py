"""python -m bench.floor.seed 2500: so many tasks with three updates each, into an empty database."""

import os
import sys
from datetime import date, timedelta
from random import Random

import django

PASSWORD = "mat-khau-do-toc-do"
STATUSES = ("todo", "doing", "done", "late")
UNITS = (
    "Phòng Kế hoạch - Tài chính", "Phòng Tổ chức - Hành chính", "Phòng Công nghệ thông tin",
    "Phòng Chuyển đổi số", "Phòng Thanh tra - Pháp chế", "Phòng Đào tạo",
    "Phòng Khoa học công nghệ", "Phòng Hợp tác quốc tế", "Trung tâm Dữ liệu", "Văn phòng",
    "Ban Quản lý dự án", "Phòng Truyền thông",
)  # fmt: skip
VERBS = ("Xây dựng", "Triển khai", "Rà soát", "Hoàn thiện", "Báo cáo", "Thẩm định", "Tổ chức")
OBJECTS = (
    "hệ thống cơ sở dữ liệu dùng chung", "quy chế quản lý tài liệu điện tử",
    "kế hoạch đào tạo kỹ năng số cho cán bộ", "bộ tiêu chí đánh giá mức độ chuyển đổi số",
    "dịch vụ công trực tuyến mức độ toàn trình", "báo cáo kết quả thực hiện nhiệm vụ quý",
)  # fmt: skip
TEXT = (
    "Căn cứ kế hoạch đã được phê duyệt, đơn vị chủ trì phối hợp với các đơn vị liên quan tổ chức "
    "triển khai nhiệm vụ, bảo đảm đúng tiến độ, chất lượng và hiệu quả. "
)
BATCH = 2000


def seed(number: int):
    from django.contrib.auth.models import User
    from django.db import connection, transaction
    from django.db.models import Count

    from bench.floor.models import Task, Unit, UnitStat, Update

    with transaction.atomic():
        units = Unit.objects.bulk_create(Unit(name=name) for name in UNITS)
        user = User.objects.create_user("bench", password=PASSWORD)
        for first in range(0, number, BATCH):
            made = range(first, min(first + BATCH, number))
            tasks = Task.objects.bulk_create(_task(n, Random(n), units) for n in made)
            Update.objects.bulk_create(
                (
                    Update(task=task, user=user, progress=10 * step, note=TEXT[:90])
                    for task in tasks
                    for step in range(3)
                ),
                batch_size=BATCH,
            )
        counts = Task.objects.order_by().values_list("unit_id", "status").annotate(n=Count("id"))
        counted = {(unit, status): n for unit, status, n in counts}
        UnitStat.objects.bulk_create(
            UnitStat(unit=unit, status=status, n=counted.get((unit.pk, status), 0))
            for unit in units
            for status in STATUSES
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _task(number, rng, units):
    from bench.floor.models import Task

    start = date(2026, 1, 1) + timedelta(rng.randrange(200))
    title = f"{rng.choice(VERBS)} {rng.choice(OBJECTS)} năm 2026 (nhiệm vụ {number + 1})"
    return Task(
        code=f"NV-{number + 1:05}", title=title, description=TEXT * rng.randint(1, 3),
        unit=rng.choice(units), status=rng.choice(STATUSES), priority=rng.randint(1, 4),
        start=start, due=start + timedelta(10 + rng.randrange(150)),
        progress=rng.randrange(11) * 10, result=f"Báo cáo và hồ sơ nghiệm thu {number + 1}",
    )  # fmt: skip


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.floor.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    seed(int(sys.argv[1]))

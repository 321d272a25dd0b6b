"""The office that faults befall: the real plan, a second office with 600 pieces of work, the people of
the demonstration and eight more coordinators, 300 files. Run once for each engine, then copied:
`python -m faults.seeding`."""

import io
import json

FILES = 300
COORDINATORS = 8  # dieuphoi.1 ... dieuphoi.8


def main():
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")  # of this connection: nobody relies on it yet
    call_command("migrate", verbosity=0)
    call_command("seed_scale", assignments=600, stdout=io.StringIO())
    call_command("load_plan", stdout=io.StringIO())
    with transaction.atomic():
        people()
        work()
        files()
    told()


def people():
    from django.conf import settings
    from django.contrib.auth.hashers import make_password

    from cchc.models import Unit, User
    from reports import demo

    data = json.loads((settings.BASE_DIR / "fixtures/demo.json").read_text(encoding="utf-8"))
    demo._make_units(data["units"])
    password, units = make_password(data["password"]), Unit.objects.in_bulk(field_name="code")
    more = [
        (f"dieuphoi.{number}", f"Điều phối {number}", User.Role.COORDINATOR, "HCQT", "Chuyên viên")
        for number in range(1, COORDINATORS + 1)
    ]
    User.objects.bulk_create(
        User(
            username=username,
            password=password,
            full_name=name,
            role=role,
            title=title,
            unit=units.get(unit),
            is_demo=True,
        )
        for username, name, role, unit, title in [*data["people"], *more]
    )


def work():
    from datetime import date

    from cchc.models import User
    from reports.demo_reports import moment
    from reports.periods import open_periods
    from tasks import opening
    from tasks.models import Plan

    plan, by = Plan.objects.get(unit__code="VP"), User.objects.get(username="dieuphoi")
    plan.has_demo_data = True
    plan.save(update_fields=["has_demo_data"])
    for year in plan.years():
        opening.open_year(plan=plan, year=year, by=by, at=moment(date(year, 1, 4)))
    open_periods(plan, by=by, at=moment(date(plan.first_year, 1, 4)))


def files():
    """Of the second office's documents, some from 1 to 60 kB."""
    from cchc.files import keep
    from cchc.models import StoredFile, User
    from tasks.models import Document

    documents = list(Document.objects.order_by("pk")[:FILES])
    by = User.objects.get(username="s01.dieuphoi")
    rows = []
    for number, document in enumerate(documents):
        sha256, size = keep(io.BytesIO(pdf(number, 1000 + number * 200)))
        rows.append(
            StoredFile(
                sha256=sha256,
                name=f"van-ban-{number}.pdf",
                size=size,
                content_type="application/pdf",
                uploaded_by=by,
                uploaded_at=document.created_at,
            )
        )
    for document, row in zip(documents, StoredFile.objects.bulk_create(rows), strict=True):
        document.file = row
    Document.objects.bulk_update(documents, ["file"], batch_size=100)


def pdf(number: int, size: int) -> bytes:
    """A file that passes for a PDF, of this size at least, unlike that of any other number."""
    line = b"%% %d\n" % number
    return b"%PDF-1.7\n" + line * max(1, size // len(line)) + b"%%EOF\n"


def told():
    from cchc.models import StoredFile, Unit
    from tasks.models import Assignment

    counts = {
        "units": Unit.objects.count(),
        "assignments": Assignment.objects.count(),
        "files": StoredFile.objects.count(),
    }
    print(json.dumps(counts))


if __name__ == "__main__":
    main()

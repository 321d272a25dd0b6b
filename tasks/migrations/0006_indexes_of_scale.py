from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The register of documents in its order, and the copies of its lines in other units: without it
    PostgreSQL looked a page's keys up in every unit."""

    dependencies = [
        ("cchc", "0007_scheduled_runs"),
        ("tasks", "0005_carried_work"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["-issued_on", "key"], name="documents_by_day"),
        ),
    ]

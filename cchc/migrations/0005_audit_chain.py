"""The audit trail gets its chain, and the database refuses to change what is written in it.

SQLite makes a table anew when a later migration alters it, and its triggers go: such a migration must
run `guard` again at its end.
"""

from django.db import migrations, models

TABLE = "cchc_auditevent"
WORDS = ("id", "at", "by_id", "verb", "target_type", "target_id", "detail", "origin")
REFUSAL = "audit rows never change"


def guard(apps, schema_editor):
    """A row may be sealed once; beyond that neither UPDATE nor DELETE."""
    if schema_editor.connection.vendor == "postgresql":
        changed = " OR ".join(f"NEW.{w} IS DISTINCT FROM OLD.{w}" for w in WORDS)
        schema_editor.execute(f"""
            CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$""")
        schema_editor.execute(f"""
            CREATE TRIGGER audit_update BEFORE UPDATE ON {TABLE} FOR EACH ROW
            WHEN (OLD.place IS NOT NULL OR {changed}) EXECUTE FUNCTION audit_refuse()""")
        schema_editor.execute(f"""
            CREATE TRIGGER audit_delete BEFORE DELETE ON {TABLE} FOR EACH ROW
            EXECUTE FUNCTION audit_refuse()""")
        schema_editor.execute(f"""
            CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT
            EXECUTE FUNCTION audit_refuse()""")
        return
    changed = " OR ".join(f"NEW.{w} IS NOT OLD.{w}" for w in WORDS)
    schema_editor.execute(f"""
        CREATE TRIGGER audit_update BEFORE UPDATE ON {TABLE} WHEN OLD.place IS NOT NULL OR {changed}
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""")
    schema_editor.execute(f"""
        CREATE TRIGGER audit_delete BEFORE DELETE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""")


def unguard(apps, schema_editor):
    on = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    for act in ("update", "delete", "truncate"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS audit_{act}{on}")


class Migration(migrations.Migration):
    dependencies = [("cchc", "0004_saved_views")]

    operations = [
        migrations.AddField(
            "auditevent", "mac", models.CharField("dấu niêm", max_length=64, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "auditevent", "origin",
            models.CharField("từ địa chỉ", max_length=45, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "auditevent", "place", models.BigIntegerField("thứ tự niêm", null=True, unique=True)
        ),
        migrations.AddIndex(
            "auditevent",
            models.Index(
                fields=["id"], name="audit_unsealed", condition=models.Q(place__isnull=True)
            ),
        ),
        migrations.RunPython(guard, unguard),
    ]

import openpyxl
from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class CchcConfig(AppConfig):
    name = "cchc"
    verbose_name = "Người dùng và đơn vị"

    def ready(self):
        from cchc import checks  # noqa: F401 - they register themselves

        # Here and not as a system check: those are not asked under gunicorn.
        if not openpyxl.DEFUSEDXML:
            raise ImproperlyConfigured("openpyxl runs without defusedxml: uploads are not safe.")

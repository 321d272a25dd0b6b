"""The application in this process, without a server: the same settings, pages and people."""

import os

from bench.databases import Copy, environment


def made_ready(copy: Copy):
    os.environ.update(environment(copy))
    os.environ["DJANGO_SETTINGS_MODULE"] = "cchc.settings"
    import django

    django.setup()
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"  # nothing was collected
    )


def signed_in(username: str):
    from django.test import Client

    from cchc.models import User

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(User.objects.get(username=username))
    return client


def address(client, path: str) -> str:
    """Where it is in the end."""
    chain = client.get(path, follow=True).redirect_chain
    return chain[-1][0] if chain else path

"""`python -m bench profile NAME`: where a page's time goes, as text (pyinstrument)."""

import os
from pathlib import Path

from bench import pages
from bench.databases import Copy, environment

ASKED = 20


def profile(name: str, copy: Copy, out: Path):
    """In this process, without a server: the same settings, the same page, the same person."""
    from pyinstrument import Profiler

    (page,) = (page for page in pages.PAGES if page.name == name)
    os.environ.update(environment(copy))
    os.environ["DJANGO_SETTINGS_MODULE"] = "cchc.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from cchc.models import User

    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"  # nothing was collected
    )
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(User.objects.get(username=page.who))
    path, _, query = page.path.partition("?")
    answer = client.get(page.path, follow=True)
    if answer.redirect_chain:
        path, _, query = answer.redirect_chain[-1][0].partition("?")
    for _ in range(3):
        client.get(f"{path}?{query}")
    profiler = Profiler(interval=0.0005)
    with profiler:
        for _ in range(ASKED):
            client.get(f"{path}?{query}")
    text = profiler.output_text(unicode=True, show_all=False)
    out.write_text(f"{page.name}: {page.path}, {page.who}, {ASKED} requests\n{text}", "utf-8")
    print(
        f"{out}: {profiler.last_session.duration / ASKED * 1000:.1f} ms a request under the profiler"
    )

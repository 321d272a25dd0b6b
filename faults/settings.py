"""The office's own settings in the production profile, but for one thing: nobody here looks at a page,
so the style sheets are not compressed and named by their digest first (half a minute)."""

from cchc.settings import *  # noqa: F403

STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}

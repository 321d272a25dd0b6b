"""The application for gunicorn, weakened or made to break. FAULT_WITHOUT names a function
(`faults.f01_two_editors:without_versions`) that takes one protection away before the first request;
only this entry knows of it, the application itself has no such switch."""

import os
from importlib import import_module

import django
from django.core.wsgi import get_wsgi_application

django.setup()
module, _, name = os.environ["FAULT_WITHOUT"].partition(":")
getattr(import_module(module), name)()
application = get_wsgi_application()

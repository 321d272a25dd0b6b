#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cchc.settings")
    if "runserver" not in sys.argv:
        os.environ.setdefault("ANY_TIME", "1")  # no limit of a request's for a command
    execute_from_command_line(sys.argv)

"""The application's own server, behind nginx: `gunicorn -c deploy/gunicorn.conf.py cchc.wsgi`.

One request a process at a time: nginx takes in slow requests and hands out slow answers, and each
process keeps one connection to the database. Two or three processes for each core.
"""

import gc
import os

bind = os.environ.get("BIND", "unix:/run/cchc/web.sock")
umask = 0o007  # the socket for the group that nginx runs in
preload_app = True  # what is loaded is shared: half the memory, and a lost process is back at once
workers = int(os.environ.get("WEB_CONCURRENCY", "4"))
timeout = 120  # a year's report as PDF takes some seconds, a hanging worker is ended
graceful_timeout = 30
max_requests = 5000  # a worker is replaced now and then, never two at once
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm"
control_socket_disable = True
accesslog = None  # nginx writes one
errorlog = "-"
loglevel = "warning"
limit_request_line = 4094
limit_request_fields = 50


def when_ready(server):
    """Load what the first requests would, and put it out of the garbage collector's way: what it
    touches is copied into each process."""
    from django.urls import get_resolver

    get_resolver()._populate()
    gc.collect()
    gc.freeze()

"""The application's own server, behind nginx: `gunicorn -c deploy/gunicorn.conf.py cchc.wsgi`.

One request a process at a time: nginx takes in slow requests and hands out slow answers, and each
process keeps one connection to the database. Two or three processes for each core.
"""

import os

bind = os.environ.get("BIND", "unix:/run/cchc/web.sock")
umask = 0o007  # the socket for the group that nginx runs in
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

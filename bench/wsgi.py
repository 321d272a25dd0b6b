"""The application as it is served, with the counter of queries around it."""

from bench.counting import Counted
from cchc.wsgi import application as served

from cchc import kept  # isort: skip  (after what makes Django ready)

application = Counted(served, kept.forget)

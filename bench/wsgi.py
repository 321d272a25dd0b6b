"""The application as it is served, with the counter of queries around it."""

from bench.counting import Counted
from cchc.wsgi import application as served

application = Counted(served)

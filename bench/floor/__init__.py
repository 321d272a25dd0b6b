"""The least that a signed-in page can cost on the machine at hand: Django, a session, one indexed
query, a plain template. Served by the same gunicorn settings and kept in the same kind of database
as the application, with the same promise for what is written (SQLite's synchronous=FULL)."""

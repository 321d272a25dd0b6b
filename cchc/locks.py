"""A name that only one transaction holds at a time, on however many machines."""

import zlib
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction


@contextmanager
def one_at_a_time(name: str):
    """A transaction that waits for any other of this name to end. PostgreSQL: an advisory lock
    (waits lock_timeout at most); SQLite: its transactions are one at a time anyway."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(name.encode())])
        yield


@contextmanager
def alone(name: str):
    """Wait for any other holder of this name to end, across transactions; at the end of the connection
    it is free again. SQLite: nothing, its transactions are one at a time."""
    if connection.vendor != "postgresql":
        yield
        return
    key = [zlib.crc32(name.encode())]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", key)
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", key)
        except DatabaseError:
            connection.close()


def share(name: str) -> None:
    """Until the transaction ends nobody holds the name alone; others may share it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [zlib.crc32(name.encode())])


def take_turns(at) -> None:
    """Whoever else takes turns at this row waits until our transaction ends; whoever only names it
    (a foreign key) does not. SQLite: its transactions are one at a time anyway."""
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(at._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR NO KEY UPDATE", [at.pk])

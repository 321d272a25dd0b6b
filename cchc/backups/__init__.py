"""One file that the whole site can be made anew from: the database and every file its rows name.

archive      the file's format: writing it, checking it, reading it
databases    a consistent copy of the database, and its way back into an empty one
making       the backup: copy, write, check, only then its final name
restoring    the way back
history      when the last good one was made
"""

"""How fast the log is, on both databases, beside what the database itself could do with the same bytes."""

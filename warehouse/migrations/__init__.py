"""How the tables came to be, one step after another. One head; SQLite and PostgreSQL take the same steps."""

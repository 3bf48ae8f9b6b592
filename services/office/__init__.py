"""The installation: its settings and rules, its calendar, its backups, its health."""

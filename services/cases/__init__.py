"""A case and its complaints from the first look to the archive: each step is one transaction."""

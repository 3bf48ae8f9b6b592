"""What arrives: pulled from a channel or brought by a person, filed, set aside, mended."""

"""What the files of complaints, and what workers are told of theirs, are called."""

from __future__ import annotations

from console.words import N_

ACTS = {
    "read_file": N_("File of a complaint looked at"),
    "attach_files": N_("Files of complaints fetched"),
    "tell_progress": N_("Progress told to workers"),
}

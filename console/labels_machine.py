"""What the codes of the machine room are called: troubles of channels in plain words, runs, reasons of quarantine."""

from __future__ import annotations

from console.words import N_

TROUBLES = {
    "channel_unavailable": N_("The platform does not answer. Nothing is lost; the next run tries again."),
    "channel_changed": N_("The platform answers in another form than promised. Nothing is filed until somebody looks."),
    "cursor_refused": N_(
        "The place where the last run stopped is damaged: arrears collect with --afresh reads the channel anew."
    ),
    "settings_wrong": N_("The address or the secret of the channel is missing or wrong on this machine."),
    "cut_off": N_("The last run was cut off, for instance by a restart. The next run goes on from there."),
    "empty_alarm": N_("The platform answered, but had nothing, on a working day. Ask there whether that is right."),
    "lease_lost": N_("Another run was at the same work."),
    "conflict": N_("People were deciding at the same time; the next run takes it in."),
    "store_unavailable": N_("The database was not available."),
    "file_refused": N_("The file could not be read; it is kept in quarantine."),
}
JOBS = {
    "collect": N_("Pull"),
    "reconcile": N_("Comparison with the source"),
    "import": N_("Import of a file"),
    "link": N_("Linking into cases"),
    "photo": N_("Photograph of a visit"),
}
COMPARED = {
    "equal": N_("the same"),
    "found": N_("missed records landed"),
    "gone": N_("gone at the source"),
}
CANARIES = {
    "unplaced": N_("The source did not take it; it is tried again."),
    "placed": N_("Placed; not arrived yet."),
    "landed": N_("Landed; not filed yet."),
    "filed": N_("Filed on trial; waits for the linker."),
    "queued": N_("It came through."),
}
STARTED_BY = {
    "schedule": N_("by the schedule"),
    "command": N_("by command"),
    "button": N_("by button"),
}
COUNTS = {
    "seen": N_("In"),
    "new": N_("New"),
    "updated": N_("Updated"),
    "merged": N_("Merged"),
    "quarantined": N_("Quarantined"),
    "ms": N_("Milliseconds"),
}
FILE_LOOKS: dict[str, str] = {
    "picture": N_("Picture"),
    "sound": N_("Sound"),
    "film": N_("Film"),
    "paper": N_("Paper"),
}
FILE_REASONS: dict[str, str] = {
    "too_many": N_("there are more files than one complaint may bring"),
    "file_large": N_("it is larger than the office takes"),
    "file_empty": N_("it is empty"),
    "file_unknown": N_("its content is none of the kinds that are kept"),
    "picture_refused": N_("the picture is damaged, or of a kind that is not read"),
    "out_of_reach": N_("its address lies outside the channel"),
    "seal_broken": N_("it was changed on its way"),
    "not_ours": N_("it was not sealed for this office"),
    "gone": N_("its source has it no longer"),
    "channel_unavailable": N_("its source did not answer"),
}

"""The linker: which complaints are one worker's claim, and which claims are one dispute. No SQL, no clock."""

"""No penalty for a first, minor, corrected offence: what it rests on and what breaks it."""

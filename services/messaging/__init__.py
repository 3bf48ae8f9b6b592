"""What workers and officers are told: found, put in words, sent in order, and looked after while it does not arrive."""

"""The commands of `arrears`, a file for each kind of errand. What a command needs is imported when it runs."""

"""Early warnings: raised by rules, looked at and settled by people."""

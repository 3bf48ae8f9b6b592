"""What is kept: tables, the only code that writes them, questions asked of them, and the figures of the month."""

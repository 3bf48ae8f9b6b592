"""The ledger of a case: claimed, verified, paid, promised, and who is liable first."""

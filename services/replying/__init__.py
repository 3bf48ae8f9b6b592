"""What the office owes those who told: acceptances, results, call-backs, and when a complaint is over."""

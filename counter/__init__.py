"""The page for workers: takes in and closes, tells progress, and knows nothing of the office behind it."""

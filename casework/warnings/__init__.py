"""Early warnings (预警): the rules, what was known on a day, and what the rules find in it."""

"""The clock: Prefect flows. Only ids and counts pass through them; what they did is remembered in our own tables."""

"""Measurements of the whole on made-up input of known truth. May import everything; nothing imports it."""

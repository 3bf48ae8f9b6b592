"""The one click and what follows it: suggested, sent, recalled, signed for."""

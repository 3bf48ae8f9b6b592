"""Words: what we talk about and what the law says. The standard library only; no clock, no settings, no I/O."""

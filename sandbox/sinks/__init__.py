"""Where messages end in the demonstration and in tests: an SMS gateway and web hooks that keep what they were given."""

"""One module per platform. Each class has `add(told)`, `settings`, `faults`, `answers` and `stop()`."""

"""One morning on one machine: `python -m pipelines.demo`, which `make demo` and `arrears demo` run.

Sets up a folder of its own, starts the imitated platforms, the console, the schedule and its workers; lets the morning
run through the real deployments; prints what came of it; and stops everything it started.
"""

"""The packages of which this system is made: what a test that reads all of our own code reads."""

from __future__ import annotations

FLOORS = ("casework", "connectors", "dedupe", "warehouse", "services", "pipelines", "console", "counter")

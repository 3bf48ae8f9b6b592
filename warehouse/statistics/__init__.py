"""The figures: a file a report. They never write."""

"""The seven platforms, imitated with their real protocols for demonstration and tests. Imports nothing of ours."""

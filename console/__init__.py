"""The doors for people: the web pages and the `arrears` command."""

"""Questions: a file a page. They never write."""

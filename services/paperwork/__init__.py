"""Papers: numbered, filled, addressed, served; nothing secret leaves on them."""

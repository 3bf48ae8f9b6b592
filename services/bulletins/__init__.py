"""The bulletin of hot spots (未诉先办): counted, written on one page, issued by a head, kept as it was."""

"""What a page says of itself: markup, metadata, titles, dates, and whether it is an article at all."""

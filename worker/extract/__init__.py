"""Article pages to text and metadata; pure functions."""

"""When a feed is next polled, and why; pure functions."""

"""Output for people: tables, times, reports, one-line errors."""

"""What a person sees of it all: tables, times, reports, errors in one line."""

"""The web role: pages for people, the same as JSON for programs, feeds of stories and articles."""

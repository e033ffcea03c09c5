"""How the commands show what they found: tables, pages, lines."""

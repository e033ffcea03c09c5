"""Wire agencies: their names and house forms, as a table of facts."""

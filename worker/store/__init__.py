"""SQL: models, sessions, queries by aggregate, migrations."""

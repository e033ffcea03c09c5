"""The config file: read, validated, merged."""

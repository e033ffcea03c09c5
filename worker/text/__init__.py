"""One reader for dates, zones, charsets and languages, used by feeds and pages alike."""

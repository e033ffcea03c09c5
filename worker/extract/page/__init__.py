"""Reads a page's markup, metadata, titles and dates, and recognizes pages that are not articles."""

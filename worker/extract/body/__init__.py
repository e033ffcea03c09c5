"""Extracts the article text of a page: its paragraphs, without furniture."""

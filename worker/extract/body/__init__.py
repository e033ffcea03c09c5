"""The article text of a page: paragraphs, without furniture."""

"""The use cases: each module reads top to bottom what the product does."""

"""Feed documents to articles; pure functions, and the process pool that runs them."""

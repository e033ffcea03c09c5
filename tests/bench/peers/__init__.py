"""The same work beside other programs, each optional and in an environment of its own."""

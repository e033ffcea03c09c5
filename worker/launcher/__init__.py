"""`wireroom run` and `wireroom worker`: roles, supervisor, embedded broker, Flower, live summary."""

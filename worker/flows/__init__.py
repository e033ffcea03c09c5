"""The use cases of the service; flows combine the stages with the database and the network."""

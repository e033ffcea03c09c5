"""A sample newsroom on loopback with known ground truth, for the end-to-end tests and `make demo`."""

from tests.newsroom.room import Newsroom
from tests.newsroom.server import Request, Server, serve

__all__ = ["Newsroom", "Request", "Server", "serve"]

"""Prometheus metrics of an installation, served by each control worker that has an address for them."""

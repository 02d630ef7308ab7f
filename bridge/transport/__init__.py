"""Outgoing HTTP: clients with limits, translated errors and the one place for retries."""

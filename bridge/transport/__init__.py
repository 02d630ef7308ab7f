"""Outgoing HTTP: limits, translated errors, and the one place for retries."""

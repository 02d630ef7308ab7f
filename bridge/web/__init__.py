"""The HTTP server: webhooks in, the API, health."""

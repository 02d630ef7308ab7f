"""Two small trackers of our own that speak the official Datadog API over HTTP."""

"""``bridge demo``: two sandbox trackers, the bridge between them, on this machine."""

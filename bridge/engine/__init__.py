"""What the bridge does with what it hears: take in, look, decide, write, record."""

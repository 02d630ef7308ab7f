"""What the engine needs from outside: trackers, a store, a clock; and the errors."""

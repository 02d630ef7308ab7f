"""The rules of the sync as pure values and functions: no I/O, no clock, no log."""

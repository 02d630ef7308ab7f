"""Tests of the kinds of trackers."""

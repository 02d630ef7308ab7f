"""Tests of the Error Tracking kind."""

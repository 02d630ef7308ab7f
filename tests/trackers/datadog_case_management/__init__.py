"""Tests of the Case Management kind."""

"""The durable memory: one schema on SQLAlchemy Core."""

"""The durable memory of the bridge on SQL, with one writer that commits in groups."""

"""Check: what is marked, what would come along, and what would go wrong, without running anything."""

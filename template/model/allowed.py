"""What the artifacts look up when they are opened, as extraction saw it; see unpickling.py."""

GLOBALS: frozenset[str] | None = frozenset((
    "model.predict.Scorer",
))

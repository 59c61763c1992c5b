"""From JSON to what predict takes, and from what it returns back to JSON."""

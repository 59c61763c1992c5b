"""Which sort of table a value is, its rows, and whether two hold the same."""

"""The kinds of drop-ins, one file each."""

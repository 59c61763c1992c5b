"""The path of a bare cell: from a raw row to the answer, through as many cells as it takes."""

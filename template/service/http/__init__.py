"""HTTP around the answers: paths, bodies, errors and logs."""

"""What is written: the folder `model/`, the locks, and the few places outside of it."""

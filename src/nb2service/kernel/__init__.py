"""What runs inside the notebook's kernel, in the user's own Python.

The generator loads this package into the kernel under the name `_nb2service`, by path, because
nb2service is not installed there. So every file here needs nothing but the standard library
(Python 3.10 or newer), and joblib where a value becomes a joblib artifact. Requests come as JSON,
answers go to files.
"""

"""Extracted from lines_for_jupyter.ipynb, cell 10, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 3, computed there
n = 5
m = 2

# cell 4, computed there
w = 6

# cell 5, computed there
z = 7

# cell 6
# run by lines_for_jupyter.ipynb
FACTOR = 10

# cell 6, computed there
shown = 'one'
in_colab = False


# what Jupyter shows in the notebook
def display(*objects, **options):
    """Show nothing: what Jupyter shows, a service has no place for."""


# cell 6
def tenfold(x):
    return x * FACTOR


# cell 10, the marked one
def predict(a: int):
    display(a)
    return 0 if in_colab else tenfold(a) + n + m + w + z + len(shown)

"""Extracted from setup_and_parameters.ipynb, cell 6, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 3
import re
import threading
from pathlib import Path

from model.loading import notebook_folder, parameter

# cell 1, from the environment
longest = parameter("longest", 6)
shout = parameter("shout", False)


# what Jupyter shows in the notebook
def display(*objects, **options):
    """Show nothing: what Jupyter shows, a service has no place for."""


# cell 5
word = re.compile(r'\w+')


def words_of(text):
    return [w for w in word.findall(text.lower()) if w not in STOPWORDS]


# cell 4, runs when the service starts
with notebook_folder():
    # the words that do not count
    STOPWORDS = set(Path('stopwords.txt').read_text().split())
    STOPWORDS.discard('of')
    lock = threading.Lock()


# cell 6, the marked one
def predict(text: str) -> bool:
    display(text)
    with lock:
        words = words_of(text)
    return len(words) <= longest and (shout or not text.isupper())

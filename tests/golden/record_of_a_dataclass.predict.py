"""Extracted from record_of_a_dataclass.ipynb, cell 2, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 1
from dataclasses import dataclass


# cell 1
@dataclass
class Offer:
    area: float
    town: str = 'x'

    @property
    def is_large(self) -> bool:
        return self.area > 60


# cell 2, the marked one
def predict(offer: Offer) -> dict:
    return {'price': offer.area * 2, 'large': offer.is_large, 'town': offer.town}


def predict_record(record):
    """Answer a record of a request, which becomes a Offer."""
    return predict(offer=Offer(**record))

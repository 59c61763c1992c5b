"""A service with vetiver, whose handler answers with probabilities."""

import pandas as pd
import vetiver
import work
from vetiver.handlers.base import BaseHandler


class Probability(BaseHandler):
    """Answers with the probability."""

    def handler_predict(self, input_data, check_prototype):
        """Return the probability of each row."""
        rows = input_data if isinstance(input_data, pd.DataFrame) else pd.DataFrame(input_data)
        return work.answer(self.model, rows.to_dict("records"))


prototype = pd.DataFrame([work.EXAMPLE])
app = vetiver.VetiverAPI(
    vetiver.VetiverModel(Probability(work.load(), prototype), "work"), check_prototype=True
).app

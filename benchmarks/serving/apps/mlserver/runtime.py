"""A runtime of MLServer for the work's model."""

import sys
from pathlib import Path

from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import work


class Runtime(MLModel):
    """Takes one array, or the columns of a table."""

    async def load(self) -> bool:
        """Load the model."""
        self.model = work.load()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """Answer rows."""
        if work.KIND == "array":
            rows = NumpyCodec.decode_input(payload.inputs[0])
        else:
            columns = {one.name: NumpyCodec.decode_input(one).ravel() for one in payload.inputs}
            rows = work.pd.DataFrame(
                {
                    n: [v.decode() for v in c] if c.dtype.kind in "SO" else c
                    for n, c in columns.items()
                }
            )
        found = self.model.predict_proba(rows)[:, 1:]
        return InferenceResponse(
            model_name=self.name, outputs=[NumpyCodec.encode_output("probability", found)]
        )

"""Whether this worker is alive, and whether it is ready for more."""

from service.gate.gate import Gate
from service.predictor import Predictor


class Health:
    """What the probes tell of this worker; an empty text is good news."""

    def __init__(self, predictor: Predictor, gate: Gate) -> None:
        self._predictor, self._gate = predictor, gate
        self.stopping = False

    @property
    def not_alive(self) -> str:
        """Why this worker must be replaced."""
        return self._gate.stuck

    @property
    def not_ready(self) -> str:
        """Why no more requests should come here."""
        stopping = "the service is stopping" if self.stopping else ""
        return self.not_alive or self._predictor.problem or stopping

"""Save the model as MLflow wants it, for `mlflow models serve`."""

import sys

import mlflow.sklearn
import work

if __name__ == "__main__":
    mlflow.sklearn.save_model(
        work.load(),
        sys.argv[1],
        pyfunc_predict_fn="predict_proba",
        pip_requirements=[],
        serialization_format="cloudpickle",
    )

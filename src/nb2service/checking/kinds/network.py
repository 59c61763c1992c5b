"""The network, asked by the service itself."""

import ast
import re
from collections.abc import Iterator

from nb2service.checking.calls import calls
from nb2service.checking.findings import Finding, at
from nb2service.checking.survey import Survey

NAME = "network"
_ASKS = re.compile(
    r"(?:requests|httpx)\.(?:get|post|put|patch|delete|head|request|stream)|"
    r"requests\.Session\.\w+|httpx\.(?:Client|AsyncClient)\.\w+|"
    r"urllib\.request\.(?:urlopen|urlretrieve)|urllib3\.\w+(?:\.\w+)?|aiohttp\..+|"
    r"http\.client\.\w+|socket\.(?:create_connection|gethostbyname)|ftplib\..+|"
    r"wget\.download|gdown\.\w+|kagglehub\.\w+|opendatasets\.download|"
    r"huggingface_hub\.\w*(?:download|list)\w*|datasets\.load_dataset|evaluate\.load|"
    r"nltk\.download|gensim\.downloader\.load|spacy\.cli\.download|torch\.hub\.\w+|"
    r"tensorflow_hub\.load|(?:tensorflow\.)?keras\.utils\.get_file|"
    r"sklearn\.datasets\.fetch_\w+|seaborn\.load_dataset|openml\.\w+(?:\.\w+)*|boto3\..+|"
    r"sentence_transformers\.SentenceTransformer|transformers\.pipeline|.*\.from_pretrained"
)
_URL = re.compile(r"^(?:https?|ftp|s3|gs|hf)://")
_WHEN = {"start": "when the service starts", "request": "at each request"}
_REMEDY = {
    "start": "Without it the service does not start: keep a file beside the notebook and load that in the "
    "`setup` cell, or make the value in a cell without that mark, so that it is saved.",
    "request": "Each answer waits for it, and fails with it: take what it gives as a part of the request, "
    "or as a value that the notebook has made.",
}


def find(survey: Survey) -> Iterator[Finding]:
    """Find downloads and requests in code that would run in the service."""
    for part in survey.served:
        for call, name in calls(part.node, survey.imports):
            if _ASKS.fullmatch(name) or _reads_url(call, name) or _downloads(call):
                yield at(
                    NAME,
                    "warning",
                    survey.notebook,
                    part.statement,
                    call.lineno,
                    f"{name.removeprefix('*.')}() asks the network, {_WHEN[part.when]}",
                    _REMEDY[part.when],
                )


def _reads_url(call: ast.Call, name: str) -> bool:
    first = call.args[0] if call.args else None
    text = first.value if isinstance(first, ast.Constant) else None
    return name.startswith("pandas.read_") and isinstance(text, str) and bool(_URL.match(text))


def _downloads(call: ast.Call) -> bool:
    return any(
        k.arg == "download" and isinstance(k.value, ast.Constant) and k.value.value is True
        for k in call.keywords
    )

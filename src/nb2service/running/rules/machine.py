"""What this machine lacks: a network, programs, data that are downloaded once, a graphics card."""

import re

from nb2service.running.trouble import Trouble

# What each of the HTTP libraries says where there is no network.
_NO_NETWORK = re.compile(
    r"URLError|gaierror|ConnectionError|ConnectError|ConnectTimeout|MaxRetryError|NewConnectionError|"
    r"NameResolutionError|ProxyError|RemoteDisconnected|ReadTimeout|name resolution|Name or service not "
    r"known|Network is unreachable|No route to host|Connection refused|couldn't connect to|"
    r"cannot find the requested files in the (?:local|disk) cache|nodename nor servname|"
    r"Could not resolve host|outgoing traffic has been disabled"
)


def no_network(trouble: Trouble) -> str | None:
    """No way out to the internet."""
    if re.search(r"HTTPError|HTTP Error \d{3}|HfHubHTTPError|status code \d{3}", trouble.said):
        return (
            "The address answers, but not with the data: it has moved, or wants a login. Download the "
            "file by hand and read it from beside the notebook."
        )
    if _NO_NETWORK.search(trouble.said):
        return (
            "The notebook loads something from the internet, which cannot be reached from here: download "
            "the file once and read it from beside the notebook, or generate where there is a network."
        )
    return None


def missing_program(trouble: Trouble) -> str | None:
    """A program that the machine lacks: Graphviz, Java, a browser."""
    said = trouble.said
    if "ExecutableNotFound" in said or "GraphViz's executables" in said:
        return "Graphviz is missing: install its programs (apt install graphviz), or take the drawing out."
    if "JAVA_GATEWAY_EXITED" in said or "JAVA_HOME" in said or "JVMNotFound" in said:
        return "Java is missing: install it (apt install default-jre-headless)."
    if "chromedriver" in said or "geckodriver" in said:
        return "A browser and its driver are missing: read saved pages in place of it."
    found = re.search(r"No such file or directory: '([\w.+-]+)'", said)
    runs = re.search(
        r"subprocess|Popen|check_output|check_call|%%(?:bash|sh|script)|\brun\(", trouble.statement
    )
    if found and runs:
        return f"The program {found[1]} is not installed on this machine: install it, or take the call out."
    if trouble.failure.error == "CalledProcessError":
        return "The command failed: run it in a shell to see why, or take the cell out."
    return None


def missing_data(trouble: Trouble) -> str | None:
    """Data that NLTK, spaCy or Kaggle's client download once."""
    found = re.search(r"Resource '?(\w+)'? not found|nltk\.download\('(\w+)'\)", trouble.said)
    if trouble.failure.error == "LookupError" and found:
        return (
            f"NLTK's data are missing: {trouble.python} -m nltk.downloader {found[1] or found[2]}"
        )
    found = re.search(r"Can't find model '(\w+)'", trouble.said)
    if found:
        return f"spaCy's model is missing: {trouble.python} -m spacy download {found[1]}"
    return None


def no_gpu(trouble: Trouble) -> str | None:
    """A graphics card that is not there."""
    if re.search(r"CUDA|NVIDIA|cuda|GPU|No TPU", trouble.said):
        hint = ", and map_location='cpu' in torch.load" if "load" in trouble.statement else ""
        return f"This machine has no such graphics card: write device='cpu'{hint}."
    return None

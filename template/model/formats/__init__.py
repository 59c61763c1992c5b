"""The file formats of artifacts, one module each, named in the contract."""

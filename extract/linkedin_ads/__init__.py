"""LinkedIn ads. See README.md and contract.yml; the client is that of `extract/linkedin`."""

"""Ocean Engine (巨量引擎): Douyin ads. See README.md and contract.yml."""

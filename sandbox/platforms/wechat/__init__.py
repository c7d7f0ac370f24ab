"""The Official Accounts of WeChat."""

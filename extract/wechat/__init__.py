"""WeChat Official Accounts: followers, articles, comments. See README.md and contract.yml."""

"""Tencent Ads (腾讯广告): ads on WeChat Moments, Official Accounts and Channels. See README.md and contract.yml."""

"""A simulated brand with a virtual clock, exported truth, and servers that speak the platforms' contracts."""

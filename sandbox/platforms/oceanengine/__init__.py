"""Ocean Engine, the advertising platform of Douyin."""

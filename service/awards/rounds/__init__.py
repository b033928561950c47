"""Rounds (đợt xét): guidance, freezing the pool, ranking against the ceilings, publishing results."""

"""The law of awards as pure functions: ceilings, votes, ranking, money, separation of duties. Standard library only."""

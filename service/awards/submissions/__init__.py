"""The unit's submission, step by step: U1 to U3 in the unit, S1 to S4 at Sở Nội vụ."""

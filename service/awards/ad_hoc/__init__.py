"""Khen thưởng đột xuất by the simplified procedure, step by step: Q1 to Q6."""

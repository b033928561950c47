"""Councils (Hội đồng Thi đua - Khen thưởng): sessions, quorum, votes, minutes, ties."""

"""Every walk begins in a new city with the whole set deployed."""

from __future__ import annotations

import pytest

from tests.procedures.city import City


@pytest.fixture
def city() -> City:
    return City()

"""The pages of a small City, as tests of pages have them."""

from __future__ import annotations

from tests.service.web.conftest import served, site

__all__ = ["served", "site"]

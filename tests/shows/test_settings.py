"""What the installed program promises about its settings. Each refusal in detail: `tests/service/test_cli.py`."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.support.installation import Installation

ROOT = Path(__file__).parents[2]
STRONG = "mot-khoa-rieng-du-dai-0123456789-abcdef"
PRODUCTION = {"TRINH_ENV": "production", "TRINH_SECRET_KEY": STRONG}


def test_every_setting_that_is_read_is_in_the_table_and_no_other() -> None:
    table = (ROOT / "docs/configuration.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `(TRINH_[A-Z_]+)`", table, re.MULTILINE))
    read = [*(ROOT / "service").rglob("*.py"), *(ROOT / "workflows").rglob("*.py")]
    named = {name for path in read for name in re.findall(r"\bTRINH_[A-Z_]+[A-Z]\b", path.read_text("utf-8"))}
    assert named == documented
    assert len(documented) > 10


def test_production_keeps_demo_accounts_weak_keys_and_another_time_out(sqlite_url: str, tmp_path: Path) -> None:
    def installed(**settings: str) -> Installation:
        return Installation(database_url=sqlite_url, folder=tmp_path, settings=settings)

    installed().run("init")
    assert "thêm 38 tài khoản" in installed().run("demo")
    assert "TRINH_SECRET_KEY" in installed(TRINH_ENV="production", TRINH_SECRET_KEY="a" * 64).run("init", expect=1)
    live = installed(**PRODUCTION)
    assert "production" in live.run("demo", expect=1)
    assert "--at" in live.run("worker", "--once", "--at", "2026-12-08T17:05", expect=1)
    for command in (("serve",), ("worker", "--once")):
        assert "tài khoản mẫu" in live.run(*command, expect=1)


def test_a_wrong_setting_is_named_by_every_command(sqlite_url: str, tmp_path: Path) -> None:
    wrong = {"TRINH_DAY_END": "5 giờ chiều", "TRINH_SESSION_HOURS": "0"}
    broken = Installation(database_url=sqlite_url, folder=tmp_path, settings=wrong)
    for command in (("serve",), ("check", "x.bpmn")):
        said = broken.run(*command, expect=1)
        assert said.startswith("Cấu hình chưa đúng:")
        assert all(name in said for name in wrong)


def test_another_versions_schema_is_refused_before_anything_is_read(sqlite_url: str, tmp_path: Path) -> None:
    installation = Installation(database_url=sqlite_url, folder=tmp_path)
    with sqlite3.connect(make_url(sqlite_url).database or "") as raw:
        raw.execute("update alembic_version set version_num = '9999'")
    raw.close()
    for command in (("init",), ("serve",), ("deploy", str(ROOT / "bpmn" / "awards"))):
        assert "phiên bản mới hơn của chương trình" in installation.run(*command, expect=1)

"""Settings: defaults, refusals, and the documented table."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from service.config import DEVELOPMENT_KEY, ConfigError, Settings, table

STRONG_KEY = "Zx8kP2mQ7vB4nR6tY1wE3uI5oA9sD0fG-hJ"
ROOT = Path(__file__).parents[2]


def test_defaults_need_no_environment() -> None:
    settings = Settings.from_environ({})
    assert settings.environment == "development"
    assert settings.data_dir == Path("var").resolve()
    assert settings.database_url == f"sqlite:///{Path('var').resolve()}/trinh.db"
    assert (settings.day_start, settings.day_end) == (time(8), time(17))
    assert settings.deploy_limit_bytes == 5 * 1024 * 1024
    assert settings.smtp_url is None
    assert not settings.secure_cookies


def test_the_data_dir_moves_the_database(tmp_path: Path) -> None:
    settings = Settings.from_environ({"TRINH_DATA_DIR": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/trinh.db"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_postgresql_goes_through_psycopg_3(scheme: str) -> None:
    settings = Settings.from_environ({"TRINH_DATABASE_URL": f"{scheme}://trinh:p%40ss@db/trinh"})
    assert settings.database_url == "postgresql+psycopg://trinh:p%40ss@db/trinh"


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("TRINH_ENV", "staging", "development, test, production"),
        ("TRINH_DATABASE_URL", "mysql://db/trinh", "postgresql://"),
        ("TRINH_DATABASE_URL", "sqlite://", "sqlite:///<tệp>"),
        ("TRINH_DATABASE_URL", "no address", "cơ sở dữ liệu"),
        ("TRINH_DAY_START", "8 giờ", "08:00"),
        ("TRINH_DAY_END", "25:00", "08:00"),
        ("TRINH_DAY_END", "07:00", "phải sau giờ bắt đầu"),
        ("TRINH_SESSION_HOURS", "0", "số nguyên dương"),
        ("TRINH_PAPER_LIMIT_MB", "-1", "số nguyên dương"),
        ("TRINH_BASE_URL", "trinh.hanoi.gov.vn", "https://"),
        ("TRINH_SMTP_URL", "mail.hanoi.gov.vn", "smtp://"),
    ],
)
def test_a_wrong_setting_is_named(name: str, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Settings.from_environ({name: text})
    assert str(refused.value).startswith(f"{name}: ")
    assert sentence in str(refused.value)


def test_every_wrong_setting_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as refused:
        Settings.from_environ({"TRINH_ENV": "x", "TRINH_DAY_START": "y"})
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize("key", ["", DEVELOPMENT_KEY, "ngắn", "a" * 64])
def test_production_refuses_weak_keys(key: str) -> None:
    with pytest.raises(ConfigError, match="TRINH_SECRET_KEY: "):
        Settings.from_environ({"TRINH_ENV": "production", "TRINH_SECRET_KEY": key})


def test_production_takes_a_strong_key() -> None:
    settings = Settings.from_environ(
        {"TRINH_ENV": "production", "TRINH_SECRET_KEY": STRONG_KEY, "TRINH_BASE_URL": "https://trinh.hanoi.gov.vn/"}
    )
    assert settings.production
    assert settings.secure_cookies
    assert settings.base_url == "https://trinh.hanoi.gov.vn"


def test_secrets_do_not_show_in_a_repr() -> None:
    settings = Settings.from_environ(
        {
            "TRINH_SECRET_KEY": STRONG_KEY,
            "TRINH_DATABASE_URL": "postgresql://trinh:matkhau@db/trinh",
            "TRINH_SMTP_URL": "smtp://trinh:matkhau@mail",
        }
    )
    assert STRONG_KEY not in repr(settings)
    assert "matkhau" not in repr(settings)


def test_the_documented_table_is_this_one() -> None:
    assert table() in (ROOT / "docs/configuration.md").read_text("utf-8")

"""Units, accounts, the roles people hold, and their bearer tokens."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from service.database.metadata import Instant, metadata

unit = Table(
    "unit",
    metadata,
    Column("id", String(40), primary_key=True, comment="official code: 00070, so_noi_vu"),
    Column("name", Text, nullable=False),
    Column("bloc", String(40), nullable=False, comment="khối thi đua: xa_phuong, so_ban_nganh, mttq_doan_the …"),
    Column("search_name", Text, nullable=False, comment="folded: no diacritics, lower case"),
    Column("active", Boolean, nullable=False, default=True),
    Column("successor_id", ForeignKey("unit.id"), comment="the unit that took over after a merger"),
)

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String(80), nullable=False, unique=True),
    Column("full_name", Text, nullable=False),
    Column("title", Text, nullable=False, default="", comment="chức vụ, as printed under a name"),
    Column("gender", String(10), comment="male | female | NULL: ông/bà only where stated"),
    Column("email", Text),
    Column("password_hash", Text, comment="argon2; NULL: cannot sign in by password"),
    Column("active", Boolean, nullable=False, default=True),
    Column("demo", Boolean, nullable=False, default=False, comment="refused in production"),
    Column("created_at", Instant, nullable=False),
)

role_assignment = Table(
    "role_assignment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("role", String(40), nullable=False, comment="a key of people.roles.ROLES"),
    Column("unit_id", ForeignKey("unit.id"), comment="NULL: city-wide"),
    UniqueConstraint("account_id", "role", "unit_id"),
    Index(None, "role", "unit_id"),
)

access_token = Table(
    "access_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("token_hash", String(64), nullable=False, unique=True, comment="SHA-256 of the bearer token, hexadecimal"),
    Column("label", Text, nullable=False, default=""),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
)

sign_in_session = Table(
    "sign_in_session",
    metadata,
    Column("token_hash", String(64), primary_key=True, comment="SHA-256 of what the browser's cookie holds"),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("begun_at", Instant, nullable=False),
)

calendar_override = Table(
    "calendar_override",
    metadata,
    Column("day", String(10), primary_key=True, comment="ISO date"),
    Column("working", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    CheckConstraint("length(day) = 10", name="day_is_iso"),
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String(80), nullable=False, comment="as typed, lower case"),
    Column("address", String(60), nullable=False, comment="where the attempt came from"),
    Column("at", Instant, nullable=False),
    Index(None, "username", "address", "at"),
)

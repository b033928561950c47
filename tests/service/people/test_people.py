"""Accounts, tokens, passwords, units and the calendar, on real databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from unicodedata import normalize

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event, func, select, update

from service.database.unit import Database
from service.errors import ServiceError
from service.people import errors, passwords
from service.people.accounts import add_account, demo_accounts_active, parse_role
from service.people.actor import RoleHeld
from service.people.calendar import clear_override, read_calendar, set_override
from service.people.demo import DEMO_PASSWORD, PEOPLE, SHOWN, create_people
from service.people.reads import (
    account_names,
    actor_by_account_id,
    actor_by_token,
    actor_by_username,
    people_holding,
)
from service.people.roles import ROLES, role_name
from service.people.sign_in import sign_in
from service.people.tables import access_token, account
from service.people.tables import unit as unit_table
from service.people.tokens import create_token, revoke_token
from service.people.units import all_units, fold, import_units, unit_names
from workflows.calendar import Override

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)


def test_a_token_is_one_select_and_tells_account_and_roles(city: Database) -> None:
    with city.unit_of_work(AT) as unit:
        giamdoc = actor_by_username(unit, "giamdoc")
        assert giamdoc is not None
        token = create_token(unit, giamdoc.account_id, label="thử")
    with city.unit_of_work(AT, read_only=True) as unit:
        statements: list[str] = []
        listener = lambda *args: statements.append(args[2])  # noqa: E731
        event.listen(city.engine, "before_cursor_execute", listener)
        found = actor_by_token(unit, token)
        event.remove(city.engine, "before_cursor_execute", listener)
        stored = unit.connection.execute(select(access_token.c.token_hash)).scalar_one()
    assert len(statements) == 1
    assert found == giamdoc
    assert found.roles == (
        RoleHeld(role="snv_director", unit_id=None),
        RoleHeld(role="unit_head", unit_id="so_noi_vu"),
    )
    assert token not in stored
    assert len(token) > 43


def test_a_token_ends_by_expiry_revocation_or_with_its_account(city: Database) -> None:
    with city.unit_of_work(AT) as unit:
        who = actor_by_username(unit, "dichvu")
        assert who is not None
        brief = create_token(unit, who.account_id, expires_at=AT + timedelta(hours=1))
        lasting = create_token(unit, who.account_id)
    with city.unit_of_work(AT + timedelta(minutes=59)) as unit:
        assert actor_by_token(unit, brief) == who
        assert actor_by_token(unit, brief, demo_allowed=False) is None
    with city.unit_of_work(AT + timedelta(hours=1)) as unit:
        assert actor_by_token(unit, brief) is None
        assert actor_by_token(unit, lasting) == who
        assert revoke_token(unit, lasting)
        assert not revoke_token(unit, lasting)
        assert actor_by_token(unit, lasting) is None
        assert actor_by_token(unit, "trinh_" + "x" * 43) is None
        third = create_token(unit, who.account_id)
        unit.connection.execute(update(account).where(account.c.id == who.account_id).values(active=False))
        assert actor_by_token(unit, third) is None
        assert actor_by_account_id(unit, who.account_id) is None


def test_signing_in(city: Database) -> None:
    with city.unit_of_work(AT) as unit:
        assert sign_in(unit, " Chuyenvien ", DEMO_PASSWORD).full_name == "Đặng Thùy Linh"
        for name, password in (("chuyenvien", "sai mật khẩu"), ("không.ai", DEMO_PASSWORD), ("chuyenvien", "")):
            with pytest.raises(errors.WrongCredentials):
                sign_in(unit, name, password)
        with pytest.raises(errors.WrongCredentials):
            sign_in(unit, "chuyenvien", DEMO_PASSWORD, demo_allowed=False)


def test_a_hash_of_weaker_settings_is_renewed_at_sign_in(city: Database) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("một mật khẩu dài")
    with city.unit_of_work(AT) as unit:
        add_account(unit, username="cu.ky", full_name="Cũ Kỹ", roles=[], password_hash=weak)
    with city.unit_of_work(AT) as unit:
        sign_in(unit, "cu.ky", "một mật khẩu dài")
    with city.unit_of_work(read_only=True) as unit:
        renewed = unit.connection.execute(
            select(account.c.password_hash).where(account.c.username == "cu.ky")
        ).scalar_one()
    assert renewed != weak
    assert not passwords.outdated(renewed)
    assert passwords.verify(renewed, "một mật khẩu dài")


def test_a_password_that_fitted_costs_its_work_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = passwords.hash_password("một mật khẩu dài")
    worked: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - the library's name
            worked.append(str(password))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    for password in ("một mật khẩu dài", "một mật khẩu sai") * 2:
        assert passwords.verify(hashed, password) == (password == "một mật khẩu dài")
    assert worked == ["một mật khẩu dài", "một mật khẩu sai", "một mật khẩu sai"]
    assert passwords.verify(passwords.hash_password("một mật khẩu dài"), "một mật khẩu dài"), "another hash"
    assert len(worked) == 4
    monkeypatch.setattr(passwords, "REMEMBERED_SECONDS", -1)
    again = passwords.hash_password("một mật khẩu dài")
    assert passwords.verify(again, "một mật khẩu dài")
    assert passwords.verify(again, "một mật khẩu dài")
    assert len(worked) == 6, "remembered for some time only"


def test_a_name_that_does_not_exist_costs_a_verification_too(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - the library's name
            hashed.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    assert not passwords.verify(None, "gì cũng được")
    assert hashed
    assert not passwords.verify("no hash at all", "gì cũng được")


def test_passwords_too_short_or_too_long_are_refused() -> None:
    for password in ("ngắn", "x" * 257):
        with pytest.raises(errors.PasswordTooWeak):
            passwords.hash_password(password)
    assert not passwords.verify(None, "x" * 100_000)


def test_holders_of_a_role_are_those_of_the_unit_and_the_citys(city: Database) -> None:
    with city.unit_of_work(read_only=True) as unit:
        clerks = people_holding(unit, "unit_clerk", "00070")
        assert [person.username for person in clerks] == ["vanthu.hoankiem"]
        assert [person.username for person in people_holding(unit, "supervisor", "00070")] == ["giamsat"]
        assert people_holding(unit, "unit_clerk") == ()
        assert account_names(unit, [clerks[0].account_id]) == {clerks[0].account_id: "Nguyễn Thị Thu Hà"}
        assert account_names(unit, []) == {}


@pytest.mark.parametrize(
    ("username", "roles", "refusal"),
    [
        ("tên có dấu", [], errors.UsernameUnfit),
        ("a,b", [], errors.UsernameUnfit),
        ("", [], errors.UsernameUnfit),
        ("chuyenvien", [], errors.UsernameTaken),
        ("moi", ["quyen_luc"], errors.UnknownRole),
        ("moi", ["unit_clerk"], errors.RoleWithoutUnit),
        ("moi", ["snv_expert@00070"], errors.RoleWithUnit),
        ("moi", ["unit_clerk@99999"], errors.UnknownUnit),
    ],
)
def test_accounts_that_are_refused(
    city: Database, username: str, roles: list[str], refusal: type[ServiceError]
) -> None:
    with pytest.raises(refusal), city.unit_of_work(AT) as unit:
        add_account(unit, username=username, full_name="X", roles=[parse_role(role) for role in roles])
    with city.unit_of_work(read_only=True) as unit:
        assert unit.connection.execute(select(func.count()).select_from(account)).scalar_one() == len(PEOPLE)


def test_demo_people_cover_every_role_and_are_created_once(city: Database) -> None:
    held = {parse_role(role).role for person in PEOPLE for role in person.roles}
    assert held == set(ROLES)
    assert set(SHOWN) <= {person.username for person in PEOPLE}
    with city.unit_of_work(AT) as unit:
        assert create_people(unit) == 0
        assert demo_accounts_active(unit)
        unit.connection.execute(update(account).values(active=False))
        assert not demo_accounts_active(unit)


def test_roles_have_vietnamese_names() -> None:
    assert role_name("snv_expert") == "Chuyên viên Sở Nội vụ"
    assert role_name("ban_giam_hieu") == "ban_giam_hieu"


def test_units_are_imported_once_and_renamed_when_the_list_changed(city: Database) -> None:
    with city.unit_of_work(AT) as unit:
        assert import_units(unit) == 0
        unit.connection.execute(update(unit_table).where(unit_table.c.id == "00070").values(name="Phường Cũ"))
        assert import_units(unit) == 1
        assert unit_names(unit, ["00070", None, "so_y_te"]) == {"00070": "Phường Hoàn Kiếm", "so_y_te": "Sở Y tế"}
        units = all_units(unit)
    assert len(units) == 142
    assert [each.bloc for each in units[:126]] == ["xa_phuong"] * 126


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Hoà Bình", "hoa binh"),
        ("Hòa  Bình", "hoa binh"),
        ("Đống Đa", "dong da"),
        (normalize("NFD", "Đống Đa"), "dong da"),
        ("Ủy ban Mặt trận", "uy ban mat tran"),
    ],
)
def test_names_are_found_without_diacritics(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_the_calendar_knows_the_overrides_of_this_database(city: Database) -> None:
    day = date(2026, 11, 25)
    with city.unit_of_work(AT) as unit:
        assert read_calendar(unit).is_workday(day)
        set_override(unit, Override(day=day, working=False, name="Nghỉ bù"))
        set_override(unit, Override(day=day, working=False, name="Nghỉ bù Ngày Văn hóa"))
        assert read_calendar(unit).name_of(day) == "Nghỉ bù Ngày Văn hóa"
        clear_override(unit, day)
        assert read_calendar(unit).is_workday(day)

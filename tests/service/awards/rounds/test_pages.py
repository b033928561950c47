"""The pages of rounds, through the application: who sees what, and the words on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from service.awards.tables import award_round
from tests.service.awards.round_road import pool_of, ranked, vote
from tests.service.awards.round_world import World
from tests.service.awards.town import Town, town_at
from tests.support.sessions import sign_in

INSIDE = ("chuyenvien", "truongphong", "giamdoc", "vanphong", "chutich", "thanhtra", "thuky.noivu")
OUTSIDE = ("vanthu.hoankiem", "chutich.hoankiem", "lanhdao.thanhtra", "quytrinh", "quantri")


@pytest.fixture
def town(sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    with town_at(sqlite_url, datetime(2026, 11, 2, 2, tzinfo=UTC), tmp_path) as made:
        yield made


def app_of(town: Town) -> Flask:
    return create_app(replace(town.engine.settings), town.engine)


def client_as(app: Flask, account_id: int) -> FlaskClient:
    client = app.test_client()
    sign_in(client, app.extensions["trinh"].database, account_id)
    return client


def page(app: Flask, town: Town, who: str, path: str) -> tuple[int, str]:
    answer = client_as(app, town.actor(who).account_id).get(path)
    return answer.status_code, " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def opened(town: Town) -> None:
    town.start("chuyenvien", "award_round", unit_id="so_noi_vu")
    units = ["00070", "00073", "so_du_lich"]
    town.do("chuyenvien", "draft_guidance", units_scope="selected", unit_ids=units, cutoff_on=date(2027, 12, 15))
    town.do("giamdoc", "sign_guidance", decision="approved", guidance_number="3215/HD-SNV")


def test_an_open_round_shows_where_every_unit_stands(town: Town) -> None:
    opened(town)
    town.do("vanthu.cuanam", "prepare", "HS-2026-0001", decision="not_taking_part", reason="Không có đề nghị")
    app = app_of(town)
    status, text = page(app, town, "chuyenvien", "/dot-xet")
    assert status == 200
    assert "1 đợt đang xét, 0 đợt đã kết thúc." in text
    assert "Mở đợt xét" in text
    status, text = page(app, town, "giamsat", "/dot-xet/1")
    assert status == 200
    assert "Chốt danh sách lúc 17:00, thứ Tư, 15/12/2027: còn" in text
    assert "3 đơn vị · 0 đã nộp · 2 chưa nộp, trong đó 2 chưa bắt đầu" in text
    assert "Đơn vị không tham gia" in text
    assert "Mở đợt xét" not in page(app, town, "giamsat", "/dot-xet")[1]


def test_a_number_leads_to_exactly_the_rows_it_counts(town: Town) -> None:
    opened(town)
    town.do("vanthu.cuanam", "prepare", "HS-2026-0001", decision="not_taking_part", reason="Không có đề nghị")
    app = app_of(town)
    _, text = page(app, town, "chuyenvien", "/dot-xet/1?loc=khong-tham-gia")
    assert "Đang lọc 1 trên 3 đơn vị." in text
    assert "Phường Cửa Nam" in text
    assert "Phường Hoàn Kiếm" not in text
    _, text = page(app, town, "chuyenvien", "/dot-xet/1?loc=la")
    assert "Điều kiện lọc “la” không còn dùng" in text
    assert "Phường Hoàn Kiếm" in text


def test_those_who_carry_the_round_see_it_and_for_others_there_is_no_such_page(town: Town) -> None:
    opened(town)
    app = app_of(town)
    for path in ("/dot-xet", "/dot-xet/1"):
        assert {who: page(app, town, who, path)[0] for who in INSIDE} == dict.fromkeys(INSIDE, 200)
        assert {who: page(app, town, who, path)[0] for who in OUTSIDE} == dict.fromkeys(OUTSIDE, 404)


def test_a_round_that_is_not_there_is_not_found(town: Town) -> None:
    assert page(app_of(town), town, "chuyenvien", "/dot-xet/99")[0] == 404


def test_the_pool_stands_against_its_ceiling_and_its_threshold(town: Town) -> None:
    world = World(town.engine.database)
    world.actors = {
        name: town.actor(who)
        for name, who in (("expert", "chuyenvien"), ("director", "giamdoc"), ("secretary", "thuky.noivu"))
    }
    world.instance()
    round_id, ids = pool_of(world, [*[{"gender": "male"}] * 22, {"gender": "female"}])
    vote(world, round_id, dict.fromkeys([*ids[:19], ids[22]], 15) | {ids[19]: 9, ids[20]: 8, ids[21]: 7})
    assert ranked(world, round_id) == 0
    app = app_of(town)
    status, text = page(app, town, "chuyenvien", f"/dot-xet/{round_id}")
    assert status == 200
    for expected in (
        "23 đề nghị: 20 trong số lượng tối đa, 2 dự bị, 1 không đạt.",
        "Bằng phiếu thì nữ, tập thể có từ 70 % nữ xếp trước, theo Điều 4 NĐ 152/2025/NĐ-CP.",
        "Hết số lượng tối đa: 20 cá nhân (3215/HD-SNV; khen ít hơn 20 vẫn đúng quy định)",
        "Dự bị 1",
        "Dự bị 2",
        "Không đạt quá nửa tổng số thành viên (cần ít nhất 8 trên 15)",
        "60,0 %",
        "Có mặt 15 trên 15 thành viên, cần ít nhất 10 (hai phần ba).",
    ):
        assert expected in text
    _, text = page(app, town, "giamsat", f"/dot-xet/{round_id}")
    assert "Dự bị 1" not in text
    assert "Tên, số phiếu và thứ hạng chỉ Sở Nội vụ, UBND Thành phố và thanh tra xem được." in text
    assert town.rows(award_round)[0].state == "signing"

"""The demo's town as an operator set it up, with one dossier carried to the agencies that are asked about it.

Built once for each database with the installed program and over HTTP; every test works on a copy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, text

from service.database.unit import Database
from service.people.reads import actor_by_username
from service.people.tokens import create_token
from tests.shows.programs import Program, Visitor
from tests.support import databases
from tests.support.installation import Installation

AGENCIES = ("thanh_tra", "so_tai_chinh")
"""Asked about the dossier of Hoàn Kiếm."""
NOMINEES = ("Nguyễn Minh Quân", "Trần Thu Phương")
LETTER = "86/TTr-UBND"


@dataclass(kw_only=True)
class Town:
    """One database, the program on it, and tokens for whoever is asked for."""

    installation: Installation
    address: str = ""
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        return self.installation.database_url

    @contextmanager
    def serving(self, *arguments: str) -> Iterator[Town]:
        with self.installation.serving(*arguments) as self.address:
            yield self

    def program(self, username: str) -> Program:
        """The API in that person's name."""
        if username not in self.tokens:
            database = Database(self.database_url)
            with database.unit_of_work() as unit:
                actor = actor_by_username(unit, username)
                assert actor is not None, username
                self.tokens[username] = create_token(unit, actor.account_id)
            database.dispose()
        return Program(address=self.address, token=self.tokens[username])

    def visitor(self, username: str) -> Visitor:
        """The pages, signed in."""
        return Visitor(address=self.address).signed_in(username)

    def does(self, username: str, dossier: str, element: str, **answers: Any) -> dict[str, Any]:
        return self.program(username).does(dossier, element, **answers)

    def rows(self, query: str, **values: Any) -> list[Any]:
        """What the database holds."""
        return query_rows(self.database_url, query, **values)

    def one(self, query: str, **values: Any) -> Any:
        ((found,),) = self.rows(query, **values)
        return found

    def submission(self, unit_id: str = "00070") -> str:
        """The business key of that unit's submission in the demo's round."""
        return str(self.one("select code from submission where unit_id = :unit order by id limit 1", unit=unit_id))

    def dossier(self, business_key: str) -> str:
        """The id of the instance at the top."""
        query = "select id from instance where business_key = :key and parent_id is null"
        return str(self.one(query, key=business_key))


def query_rows(url: str, query: str, **values: Any) -> list[Any]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return list(connection.execute(text(query), values))
    finally:
        engine.dispose()


@contextmanager
def copied(folder: Path, dialect: str) -> Iterator[str]:
    """The address of a fresh copy of the town's database."""
    with databases.copy_of(folder, dialect, "town", partial(_build, _sizes_file(folder, dialect))) as url:
        yield url


def sizes(folder: Path, dialect: str) -> Mapping[str, int]:
    """Bytes of state of the dossier's instance while each step was open, as the database held them."""
    return json.loads(_sizes_file(folder, dialect).read_text("utf-8"))


def _sizes_file(folder: Path, dialect: str) -> Path:
    return folder / f"town-sizes-{dialect}.json"


def _build(measured: Path, url: str) -> None:
    with TemporaryDirectory(prefix="trinh-town-") as folder:
        town = Town(installation=Installation(database_url=url, folder=Path(folder)))
        town.installation.set_up_demo()
        town.installation.run("worker", "--once")
        with town.serving():
            measured.write_text(json.dumps(_carry(town)), "utf-8")


def _carry(town: Town) -> dict[str, int]:
    """From the clerk's desk to the agencies. Returns the size of the state before each step."""
    code, found = town.submission(), {}

    def measure() -> int:
        query = "select length(snapshot) from instance where business_key = :key and parent_id is null"
        return int(town.one(query, key=code))

    for username, element, answers in steps():
        found[element] = measure()
        town.does(username, code, element, **answers)
    found["consult"] = measure()
    return found


def steps() -> list[tuple[str, str, dict[str, Any]]]:
    """Who does what, until the agencies are asked."""
    return [
        ("vanthu.hoankiem", "prepare", {"decision": "submit", "nominees": [nominee(name) for name in NOMINEES]}),
        ("thuky.hoankiem", "convene", {}),
        (
            "thuky.hoankiem",
            "record_votes",
            {"votes": lambda _row: {"yes": 4, "no": 0, "invalid": 0, "outcome": "propose", "reason": None}},
        ),
        ("thuky.hoankiem", "minutes", {"minutes_number": "12/BB-HĐTĐKT"}),
        ("chutich.hoankiem", "approve_minutes", {"decision": "approved"}),
        ("chutich.hoankiem", "sign_submission", {"decision": "signed"}),
        ("vanthu.hoankiem", "send_submission", {"letter_number": LETTER}),
        ("chuyenvien", "intake", {"decision": "accepted"}),
        (
            "chuyenvien",
            "appraise",
            {
                "decision": "done",
                "consult_agencies": list(AGENCIES),
                "results": lambda _row: {"result": "eligible", "reason": "Thành tích rõ, có minh chứng."},
            },
        ),
    ]


def nominee(name: str) -> dict[str, Any]:
    return {
        "subject_name": name,
        "subject_kind": "individual",
        "subject_title": "Chuyên viên",
        "award_form": "city_merit_certificate",
        "gender": "male",
        "exemplary": True,
        "initiative_recognised": True,
        "initiative_title": "Một cửa lưu động đến tổ dân phố",
        "report": "Rút ngắn thời gian trả kết quả thủ tục hành chính từ ba ngày xuống trong ngày.",
        "justification": "Có sáng kiến được công nhận, kết quả rõ rệt trong năm.",
    }

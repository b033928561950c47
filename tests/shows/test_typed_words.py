"""What people type is words: never a tag, a template or an expression, wherever it is shown later."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.journeys.people import Person
from tests.shows.town import Town, nominee

TAG = "<img src=x onerror=\"document.title='bị tiêm'\">"
TYPED = f"Lan {TAG} {{{{7*7}}}} {{% if 1 %}} ${{9*9}} =6*6 </script>"
PAPER = f"{TYPED} </textarea><script>document.title='bị tiêm'</script>"


def test_names_and_reports_are_shown_as_they_were_typed(sqlite_town: Town, page: Page) -> None:
    town, code = sqlite_town, sqlite_town.submission("00073")
    people = [nominee(TYPED) | {"report": PAPER, "subject_title": TAG, "justification": PAPER}]
    with town.serving():
        town.does("vanthu.cuanam", code, "prepare", decision="submit", nominees=people)
        town.does("thuky.cuanam", code, "convene")
        secretary = Person(page, town.address, "thuky.cuanam")
        votes = town.program("thuky.cuanam").task(code, "record_votes")["id"]
        for path in (f"/viec/{votes}", f"/ho-so/{town.dossier(code)}", "/viec", "/ho-so"):
            page.goto(f"{town.address}{path}")
            assert "bị tiêm" not in page.title()
            if path.count("/") == 2:
                assert TYPED in " ".join(page.inner_text("main").split()), path
        assert page.locator("main img[src=x]").count() == 0
        page.goto(f"{town.address}/viec/{votes}")
        vote = {"yes": 4, "no": 0, "invalid": 0, "outcome": "propose", "reason": TYPED}
        secretary.fills({"votes": lambda _words: vote})
        secretary.sends()
        minutes = town.program("thuky.cuanam").task(code, "minutes")["id"]
        page.goto(f"{town.address}/viec/{minutes}")
        assert "bị tiêm" not in page.title()
        town.does("thuky.cuanam", code, "minutes", minutes_number="1/BB <b>đậm</b>")
        drawn = town.one("select max(id) from paper where kind = 'meeting_minutes'")
        page.goto(f"{town.address}/giay-to/{drawn}")
        assert TYPED in " ".join(page.inner_text("main").split())

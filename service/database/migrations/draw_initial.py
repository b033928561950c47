"""Draw the migrations anew as one: `versions/0001_initial.py` from the whole metadata. Only while nothing is released:
a database that ran the old ones must be made anew (remove the file or drop the schema, then `trinh init`).

python -c 'import service.wiring; from service.database.migrations.draw_initial import draw; draw()'
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from service.database.migrate import MIGRATIONS
from service.database.unit import Database

VERSIONS = MIGRATIONS / "versions"


def draw(versions: Path = VERSIONS) -> Path:
    """Compare an empty database with the tables imported so far and write the difference as the first migration.

    It takes the place of every migration in `versions`, once it is drawn.
    """
    with tempfile.TemporaryDirectory() as folder:
        drawn = _drawn(Path(folder))
        for old in versions.glob("[0-9]*.py"):
            old.unlink()
        return Path(shutil.copy(drawn, versions / "0001_initial.py"))


def _drawn(folder: Path) -> Path:
    """The migration, in a folder where there is no other."""
    (folder / "versions").mkdir()
    for name in ("env.py", "script.py.mako"):
        shutil.copy(MIGRATIONS / name, folder)
    empty = folder / "empty.db"
    empty.touch()  # nobody but `upgrade` makes a file
    database = Database(f"sqlite:///{empty}")
    with database.unit_of_work() as unit:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = unit.connection
        command.revision(config, "Every table of the first version", autogenerate=True, rev_id="0001")
    database.dispose()
    return next((folder / "versions").glob("0001_*.py"))

"""Draw `versions/0001_initial.py` anew from the whole metadata. Only while nothing is released:

python -c 'import service.wiring; from service.database.migrations.draw_initial import draw; draw()'
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from alembic import command

from service.database.migrate import MIGRATIONS, configuration
from service.database.unit import Database

INITIAL = MIGRATIONS / "versions" / "0001_initial.py"


def draw() -> Path:
    """Compare an empty database with the tables imported so far and write the difference as the first migration."""
    INITIAL.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.db")
        with database.unit_of_work() as unit:
            config = configuration()
            config.attributes["connection"] = unit.connection
            command.revision(config, "Every table of the first version", autogenerate=True, rev_id="0001")
        database.dispose()
    drawn = next(INITIAL.parent.glob("0001_*.py"))
    return drawn.rename(INITIAL)

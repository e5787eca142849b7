"""Write the next migration from what the models have and the migrations do not: `python tools/make_migration.py SLUG`."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config

from governance.db import make_engine, migrate


def main() -> None:
    """Write `migrations/versions/<moment>_<slug>.py`; what it cannot know (triggers, data) is added by hand."""
    slug = sys.argv[1]
    moment = datetime.now(UTC).strftime("%Y-%m-%d-%H%M")
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/empty.db")
        migrate(engine)
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
        config.set_main_option("path_separator", "os")
        config.set_main_option("file_template", f"{moment}_%%(slug)s")
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message=slug, autogenerate=True)


if __name__ == "__main__":
    main()

"""Whether the keys and the anchor lie apart from the database: whoever can copy one folder must not hold all three."""

from pathlib import Path

import sqlalchemy as sa

from governance.config import Settings
from governance.errors import ConfigurationError


def check_separation(settings: Settings) -> list[str]:
    """Return a sentence for each of signing keys and anchor that lies in the same folder tree as the database.

    With the key beside the tree, whoever rewrites the log signs it too; with the anchor beside it, a restored backup
    brings its own past along. PostgreSQL keeps its files elsewhere, so nothing can lie beside them.

    Raises `ConfigurationError` for either in production: there it is no warning.
    """
    url = sa.make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return []
    database = Path(url.database).absolute().parent.resolve()
    places = (
        ("The signing keys", "GOVERNANCE_KEYS", settings.keys, "rewrites the log can sign it too"),
        (
            "The anchor",
            "GOVERNANCE_ANCHOR",
            settings.anchor,
            "rolls the log back can roll its memory back too",
        ),
    )
    beside = [
        f"{what} ({name}) and the database lie in one folder tree: whoever {danger}."
        for what, name, place, danger in places
        if _is_beside(place.resolve(), database)
    ]
    if beside and settings.is_production:
        raise ConfigurationError(" ".join(beside))
    return beside


def _is_beside(place: Path, database: Path) -> bool:
    return place.is_relative_to(database) or database.is_relative_to(place)

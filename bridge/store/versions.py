"""Which version the tables of a store have, and whether they are ours at all."""

from sqlalchemy import Connection, inspect, select, update

from bridge.ports.errors import StoreRefused
from bridge.store.migrations import STEPS
from bridge.store.schema import VERSION, meta, metadata


def prepare(conn: Connection, place: str, *, upgrade: bool) -> int:
    """Make the tables where there are none, and with *upgrade* bring older ones up to
    ours; the version that was found. StoreRefused, naming *place*, for tables that are
    older without that, newer, or unlike ours."""
    tables = inspect(conn).get_table_names()
    if not tables:
        metadata.create_all(conn)
        rows = [{"name": "schema", "value": VERSION}, {"name": "tick", "value": 0}]
        conn.execute(meta.insert(), rows)
        return VERSION
    if meta.name not in tables:
        raise StoreRefused(f"{place}: a database, but not one of the bridge")
    found = conn.scalar(select(meta.c.value).where(meta.c.name == "schema"))
    if found is None or found > VERSION:
        raise StoreRefused(
            f"{place}: written by a newer bridge (schema {found}, this one knows "
            f"{VERSION}); use that version"
        )
    if found < VERSION:
        if not upgrade:
            raise StoreRefused(
                f"{place}: its tables are of an older bridge (schema {found}, this one "
                f"needs {VERSION}): run `bridge db upgrade` once"
            )
        _upgrade(conn, found)
    _check_columns(conn, place)
    return int(found)


def _upgrade(conn: Connection, found: int) -> None:
    for version in range(found, VERSION):
        STEPS[version](conn)
    conn.execute(update(meta).where(meta.c.name == "schema").values(value=VERSION))


def _check_columns(conn: Connection, place: str) -> None:
    stored = _columns(conn)
    for table in metadata.sorted_tables:
        ours = {(column.name, column.primary_key) for column in table.c}
        odd = ours ^ stored.get(table.name, set())
        if odd:
            raise StoreRefused(
                f"{place}: made by an unfinished version of the bridge (it differs in "
                f"{table.name}.{min(odd)[0]}); move it away and begin with a new one"
            )


def _columns(conn: Connection) -> dict[str, set[tuple[str, bool]]]:
    """The columns of each stored table, and whether they belong to its key."""
    there = inspect(conn)
    keys = there.get_multi_pk_constraint()
    return {
        name: {
            (c["name"], c["name"] in keys[where]["constrained_columns"]) for c in found
        }
        for where, found in there.get_multi_columns().items()
        if (name := where[1])
    }

"""A process that stops in the midst of a transaction does not stop all others."""

from collections.abc import Iterator

from sqlalchemy import make_url

from bridge.store.postgresql import engine
from tests.postgres import Postgres


def test_no_statement_is_sent_before_the_one_before_is_answered(
    postgres: Postgres,
) -> None:
    from psycopg.pq import PipelineStatus, TransactionStatus

    made = engine(make_url(postgres.new_database()), isolation="READ COMMITTED")
    seen = []
    try:
        with made.begin() as conn:
            conn.exec_driver_sql("CREATE TABLE things (n INTEGER)")
            raw = conn.connection.driver_connection
            assert raw is not None

            def rows() -> Iterator[tuple[int]]:
                for n in range(3):
                    status = raw.pgconn.pipeline_status, raw.info.transaction_status
                    seen.append(status)
                    yield (n,)

            cursor = raw.cursor()
            cursor.executemany("INSERT INTO things VALUES (%s)", rows())
            assert cursor.rowcount == 3
            cursor.execute("SELECT n FROM things")
            assert cursor.rowcount == 3
            cursor.executemany("DELETE FROM things WHERE n > %s", [(1,), (1,), (0,)])
            assert cursor.rowcount == 2
    finally:
        made.dispose()

    # This is where idle_in_transaction_session_timeout counts.
    assert seen == [(PipelineStatus.OFF, TransactionStatus.INTRANS)] * 3

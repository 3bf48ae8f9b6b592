"""Alembic's way in: aimed at a connection handed over by `warehouse.schema`, or at an address."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import DateTime, LargeBinary
from sqlalchemy.engine import Connection

from warehouse.engine import open_warehouse
from warehouse.models import Base, Encrypted, EncryptedJson, Moment
from warehouse.schema import AfterStep


def plain_type(kind: str, thing: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Write our column types as what the database sees, so that a step does not change when our code does."""
    if kind == "type" and isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Encrypted | EncryptedJson):
        return "sa.LargeBinary()"
    return False


def same_type(_context: Any, _inspected: Any, _column: Any, found: Any, ours: Any) -> bool | None:
    """Whether a column's type differs; None asks Alembic."""
    if isinstance(ours, Moment):
        return not isinstance(found, DateTime)
    if isinstance(ours, Encrypted | EncryptedJson):
        return not isinstance(found, LargeBinary)
    return None


def seen_by(after: AfterStep | None) -> Any:
    """What Alembic calls at the end of each step."""
    return None if after is None else [lambda ctx, step, **_rest: after(ctx.connection, str(step.up_revision_id))]


def run(connection: Connection) -> None:
    """Take the steps on this connection: each a transaction of its own on PostgreSQL, unless one was begun for all."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=plain_type,
        compare_type=same_type,
        compare_server_default=True,
        transaction_per_migration=connection.dialect.name == "postgresql" and not connection.in_transaction(),
        on_version_apply=seen_by(context.config.attributes.get("after")),
    )
    with context.begin_transaction():
        context.run_migrations()


handed = context.config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    engine = open_warehouse(context.config.get_main_option("sqlalchemy.url") or "").engine
    with engine.execution_options(arrears_write=True).connect() as own:
        run(own)
        own.commit()
    engine.dispose()

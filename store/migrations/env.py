"""Alembic's entry: run the migrations on the URL that store.db gives."""

from alembic import context

from store.db import connect
from store.tables import metadata

engine = connect(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, user_module_prefix="")
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()

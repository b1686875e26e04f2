"""PostgreSQL: transactions, migrations, limits that replicas share."""

"""The whole system on one laptop: PostgreSQL, RabbitMQ, mail catcher, demo data, and the five components."""

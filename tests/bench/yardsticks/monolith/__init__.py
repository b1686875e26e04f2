"""The yardstick: the same job as a shop would do it with Django, django-allauth and PostgreSQL."""

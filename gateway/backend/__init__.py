"""The services as the pages see them."""

from gateway.backend.registration import Backend, Calls

__all__ = ["Backend", "Calls"]

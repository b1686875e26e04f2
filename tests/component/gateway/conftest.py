"""The portal with scripted services, in a real Chromium."""

from journeys.conftest import chromium
from unit.gateway.conftest import services, start_portal
from unit.gateway.registration.conftest import willing

__all__ = ["chromium", "services", "start_portal", "willing"]

"""The five components as data: how one process builds them, and what each of five is told."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from chassis.process.runner import Component
from chassis.process.settings import ProcessSettings, load
from mypage.local.backing_services import BackingServices
from mypage.settings import LocalSettings


def service_settings(
    service: str, settings: LocalSettings, backing: BackingServices, *, amqp_url: str
) -> dict[str, Any]:
    """What one service is told: its own database, its own keys, and for notification the mail relay and whose
    mails it sends.
    """
    told: dict[str, Any] = {
        "database_url": backing.database_urls[service],
        **_of_every_process(settings, amqp_url),
    }
    if service == "notification":
        told |= {
            "smtp_url": backing.smtp_url,
            "public_url": public_url(settings),
            "company": settings.company.model_dump(),
        }
        if settings.mail_from is not None:
            told["mail_from"] = settings.mail_from
    return told | backing.keys.settings_of(service)


def gateway_settings(settings: LocalSettings, backing: BackingServices, *, amqp_url: str) -> dict[str, Any]:
    """What the gateway is told: where it stands, whose portal it is, and its keys; no database."""
    told: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": settings.port,
        "public_url": public_url(settings),
        "company": settings.company.model_dump(),
        "drain_seconds": 0,  # no balancer stands before it, and Ctrl-C is to be quick
    }
    return told | _of_every_process(settings, amqp_url) | backing.keys.settings_of("gateway")


def _of_every_process(settings: LocalSettings, amqp_url: str) -> dict[str, Any]:
    """A broker that is given has one user for all of us; our own node has one for each."""
    return {
        "amqp_url": amqp_url,
        "amqp_shared_user": settings.amqp_url is not None,
        "log_level": settings.log_level,
    }


def public_url(settings: LocalSettings) -> str:
    """The portal's address for customers."""
    return settings.public_url or f"http://127.0.0.1:{settings.port}"


async def build_service(service: str, told: dict[str, Any]) -> Component:
    """A service from its own composition root, as it would build itself in a process of its own."""
    settings: ProcessSettings = load(import_module(f"services.{service}.settings").Settings, **told)
    component: Component = await import_module(f"services.{service}.app").build(settings)
    return component

"""What `mypage up` tells the gateway that differs from a machine room."""

from __future__ import annotations

from pathlib import Path

from chassis.process.settings import load
from gateway.settings import Settings
from mypage.local.backing_services import BackingServices
from mypage.local.components import gateway_settings
from mypage.local.key_ring import KeyRing
from mypage.settings import LocalSettings


def test_nobody_waits_for_a_drain_at_the_laptop(tmp_path: Path) -> None:
    """Ctrl-C is quick: no balancer stands before the gateway that would have to notice."""
    backing = BackingServices(
        database_urls={}, smtp_url="smtp://127.0.0.1:1", mailcatcher_url=None, keys=KeyRing.generate()
    )
    told = gateway_settings(load(LocalSettings, data_dir=tmp_path), backing, amqp_url="amqp://none")
    assert load(Settings, **told).drain_seconds == 0

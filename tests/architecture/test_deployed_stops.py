"""Whoever runs a gateway lets it drain to its end before killing it."""

from __future__ import annotations

from pathlib import Path

import yaml

from chassis.process.stopping import STOPPED_WITHIN
from gateway import app
from gateway.settings import Settings

ROOT = Path(__file__).parent.parent.parent
GATEWAY_ENDS_WITHIN = (
    float(Settings.model_fields["drain_seconds"].default) + app._LAST_PAGES_WITHIN + app._CLOSED_WITHIN
)
SLOWEST_USUAL_CHECKS = (
    12.0  # seconds: readiness in our manifests, every 5 s and twice; HAProxy every 2 s and 3 times
)
IDLE_BEHIND_OUR_SAMPLES = 10.0  # seconds


def test_kubernetes_kills_nobody_who_still_drains() -> None:
    """terminationGracePeriodSeconds is longer than any component takes."""
    text = (ROOT / "deploy/k8s/base/every-deployment.yaml").read_text(encoding="utf-8")
    grace = yaml.safe_load(text)["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert grace > max(STOPPED_WITHIN, GATEWAY_ENDS_WITHIN)


def test_compose_kills_nobody_who_still_drains() -> None:
    """stop_grace_period is longer than any component takes."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    grace = float(compose["x-component"]["stop_grace_period"].removesuffix("s"))
    assert grace > max(STOPPED_WITHIN, GATEWAY_ENDS_WITHIN)


def test_a_drain_outlasts_usual_checks_and_idle_connections() -> None:
    """N7: whoever looks as often as our manifests and samples do has noticed by then."""
    drain = Settings.model_fields["drain_seconds"].default
    assert drain > max(SLOWEST_USUAL_CHECKS, IDLE_BEHIND_OUR_SAMPLES)

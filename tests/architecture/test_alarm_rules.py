"""The alarms of the overlay prod: of figures that exist, for the signs that the runbook knows."""

from __future__ import annotations

import re

import pytest
from deployment.manifests import K8S, ROOT, Manifests, Object
from prometheus_client import REGISTRY

import chassis.process.metrics
import services.notification.delivery.metrics

FROM_OTHERS = {"kube_pod_status_ready", "kube_job_failed", "up"}
FIGURE = re.compile(r"\b([a-z_]+)\{")
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
SECTION_OF_ALARMS = RUNBOOK.partition("## 4. ")[2].partition("\n## ")[0]


def _figures() -> set[str]:
    assert chassis.process.metrics.SYSTEM
    assert services.notification.delivery.metrics.MAILS_ABANDONED
    return {sample for family in REGISTRY.collect() for sample in _names(family.name, family.type)}


def _names(name: str, kind: str) -> list[str]:
    return [f"{name}_total"] if kind == "counter" else [name]


@pytest.fixture(scope="module")
def rules() -> list[Object]:
    """As `kubectl apply -k` sends them."""
    [told] = Manifests.of(K8S / "overlays" / "prod").all("PrometheusRule")
    return [rule for group in told["spec"]["groups"] for rule in group["rules"]]


def test_every_alarm_looks_at_a_figure_that_exists(rules: list[Object]) -> None:
    """A name that nothing writes would never give an alarm, and nobody would notice."""
    known = _figures() | FROM_OTHERS
    for rule in rules:
        found = set(FIGURE.findall(rule["expr"]))
        assert found, rule["alert"]
        assert found <= known, rule["alert"]


def test_every_figure_among_the_runbooks_signs_has_an_alarm(rules: list[Object]) -> None:
    """Section 4; who wakes somebody by hand is the table, who does it by Prometheus these."""
    signs = set(re.findall(r"`(mypage_[a-z_]+)`", SECTION_OF_ALARMS))
    assert len(signs) >= 2
    watched = {figure for rule in rules for figure in FIGURE.findall(rule["expr"])}
    assert signs <= watched
    assert "kube_job_failed" in watched


def test_every_alarm_says_how_urgent_it_is_and_where_its_cure_stands(rules: list[Object]) -> None:
    """A page of ours and, of the runbook, a section."""
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
        assert rule["annotations"]["summary"], rule["alert"]
        page, _, section = rule["annotations"]["runbook"].partition(" ")
        text = (ROOT / page).read_text(encoding="utf-8")
        assert not section or f"\n## {section}. " in text, rule["alert"]

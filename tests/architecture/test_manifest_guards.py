"""Every guard of test_manifests.py turns red by what it guards against, one mistake at a time."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from architecture import test_manifests as guards
from architecture.test_manifests import dev_folder as dev_folder
from deployment.manifests import K8S, Manifests, Object, pod_specs

Break = Callable[[Manifests], object]


def _pod(rendered: Manifests, name: str) -> Object:
    return pod_specs(rendered.objects)[name]


def _spec(rendered: Manifests, kind: str, name: str) -> Object:
    found: Object = rendered.one(kind, name)["spec"]
    return found


def _without(rendered: Manifests, kind: str, name: str) -> None:
    rendered.objects.remove(rendered.one(kind, name))


def _mounts(rendered: Manifests, secret: str, pod: str) -> None:
    _pod(rendered, pod)["volumes"].append({"name": "another", "secret": {"secretName": secret}})


def _laxer(rendered: Manifests) -> None:
    labels = rendered.one("Namespace", "mypage")["metadata"]["labels"]
    labels["pod-security.kubernetes.io/enforce"] = "baseline"


MISTAKES: list[tuple[str, Callable[[Manifests], None], Break]] = [
    ("a laxer namespace", guards.test_one_command_makes_the_namespace_and_all_that_is_in_it, _laxer),
    (
        "no namespace",
        guards.test_one_command_makes_the_namespace_and_all_that_is_in_it,
        lambda it: _without(it, "Namespace", "mypage"),
    ),
    (
        "an object elsewhere",
        guards.test_one_command_makes_the_namespace_and_all_that_is_in_it,
        lambda it: it.one("Service", "gateway")["metadata"].update(namespace="default"),
    ),
    (
        "a pod with a token",
        guards.test_every_pod_has_an_account_of_its_own_without_a_token,
        lambda it: _pod(it, "Deployment/billing").update(automountServiceAccountToken=True),
    ),
    (
        "an account with a token",
        guards.test_every_pod_has_an_account_of_its_own_without_a_token,
        lambda it: it.one("ServiceAccount", "billing").update(automountServiceAccountToken=True),
    ),
    (
        "a neighbour's account",
        guards.test_every_pod_has_an_account_of_its_own_without_a_token,
        lambda it: _pod(it, "Job/migrate").update(serviceAccountName="identity"),
    ),
    (
        "a workload that is gone",
        guards.test_every_pod_has_an_account_of_its_own_without_a_token,
        lambda it: _without(it, "CronJob", "alarms"),
    ),
    (
        "egress for all",
        guards.test_what_is_not_allowed_is_denied_in_both_directions,
        lambda it: _spec(it, "NetworkPolicy", "nobody-calls").update(policyTypes=["Ingress"]),
    ),
    (
        "any port",
        guards.test_what_is_not_allowed_is_denied_in_both_directions,
        lambda it: _spec(it, "NetworkPolicy", "mails-leave")["egress"][0].pop("ports"),
    ),
    (
        "anywhere",
        guards.test_what_is_not_allowed_is_denied_in_both_directions,
        lambda it: _spec(it, "NetworkPolicy", "mails-leave")["egress"][0].pop("to"),
    ),
    (
        "one zone",
        guards.test_deployments_wish_to_be_in_several_zones_and_on_several_nodes,
        lambda it: _pod(it, "Deployment/gateway")["topologySpreadConstraints"].pop(0),
    ),
    (
        "no priority",
        guards.test_deployments_wish_to_be_in_several_zones_and_on_several_nodes,
        lambda it: _pod(it, "Deployment/gateway").update(priorityClassName="none"),
    ),
    (
        "a Secret that rolls nobody",
        guards.test_deployments_wish_to_be_in_several_zones_and_on_several_nodes,
        lambda it: it.one("Deployment", "billing")["metadata"]["annotations"].update(
            {"reloader.stakater.com/auto": "false"}
        ),
    ),
    (
        "a number beside an autoscaler",
        guards.test_a_deployment_has_an_autoscaler_or_a_number_never_both,
        lambda it: _spec(it, "Deployment", "gateway").update(replicas=2),
    ),
    (
        "neither",
        guards.test_a_deployment_has_an_autoscaler_or_a_number_never_both,
        lambda it: _without(it, "ScaledObject", "notification"),
    ),
    (
        "a Job that stays",
        guards.test_the_job_that_migrates_makes_room_for_the_next_one,
        lambda it: _spec(it, "Job", "migrate").update(ttlSecondsAfterFinished=3600),
    ),
    (
        "pods that give up first",
        guards.test_the_job_that_migrates_makes_room_for_the_next_one,
        lambda it: _spec(it, "Deployment", "identity").update(progressDeadlineSeconds=600),
    ),
    (
        "an owner at work",
        guards.test_only_the_job_that_migrates_has_the_owners_password,
        lambda it: _mounts(it, "mypage-migrations", "Deployment/billing"),
    ),
    (
        "a Secret that nobody explains",
        guards.test_every_secret_and_file_that_is_mounted_is_explained,
        lambda it: _mounts(it, "mypage-strange", "Deployment/billing"),
    ),
]


@pytest.fixture(scope="module")
def rendered() -> Manifests:
    """The overlay prod as it is."""
    return Manifests.of(K8S / "overlays" / "prod")


@pytest.mark.parametrize(
    ("guard", "breaks"), [pytest.param(*each, id=name.replace(" ", "-")) for name, *each in MISTAKES]
)
def test_a_mistake_in_the_overlay_is_found(
    rendered: Manifests, guard: Callable[[Manifests], None], breaks: Break
) -> None:
    """Which the guard does not find in the overlay as it is."""
    guard(rendered)
    broken = Manifests(copy.deepcopy(rendered.objects))
    breaks(broken)
    with pytest.raises((AssertionError, ValueError)):
        guard(broken)


IN_FILES: list[tuple[str, Callable[..., None], tuple[Any, ...], str, tuple[str, str]]] = [
    (
        "a topology by hand",
        guards.test_the_brokers_topology_is_that_of_its_definitions,
        (),
        "broker/topology.yaml",
        ('"durable": true', '"durable": false'),
    ),
    (
        "two objects with one name",
        guards.test_every_object_of_the_broker_has_a_name_of_its_own,
        (),
        "broker/topology.yaml",
        ("broker-user-billing", "broker-user-identity"),
    ),
    (
        "a field that nobody read of the broker",
        guards.test_operators_without_a_package_are_told_only_what_was_read_of_them,
        ("broker",),
        "broker/cluster.yaml",
        ("disableNonTLSListeners", "disableNonTlsListeners"),
    ),
    (
        "a field that nobody read of the database",
        guards.test_operators_without_a_package_are_told_only_what_was_read_of_them,
        ("database",),
        "database/cluster.yaml",
        ("dataDurability", "durability"),
    ),
]


@pytest.mark.parametrize(
    ("guard", "arguments", "file", "mistake"),
    [pytest.param(*each, id=name.replace(" ", "-")) for name, *each in IN_FILES],
)
def test_a_mistake_in_a_folder_is_found(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    guard: Callable[..., None],
    arguments: tuple[Any, ...],
    file: str,
    mistake: tuple[str, str],
) -> None:
    """Broker and database."""
    copied = Path(shutil.copytree(K8S, tmp_path / "k8s", ignore=shutil.ignore_patterns("secrets")))
    monkeypatch.setattr(guards, "K8S", copied)
    guard(*arguments)
    text = (copied / file).read_text(encoding="utf-8")
    assert mistake[0] in text
    (copied / file).write_text(text.replace(*mistake), encoding="utf-8")
    with pytest.raises(AssertionError):
        guard(*arguments)


def test_a_secret_whose_name_stays_the_same_is_found(dev_folder: Path) -> None:
    """Then nothing rolls the pods of the overlay dev."""
    with (dev_folder / "kustomization.yaml").open("a", encoding="utf-8") as file:
        file.write("generatorOptions:\n  disableNameSuffixHash: true\n")
    with pytest.raises(AssertionError):
        guards.test_a_changed_secret_rolls_the_pods_of_the_dev_overlay(dev_folder)

"""What every workload of deploy/k8s must have, whatever overlay it is rendered by."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from deployment.manifests import K8S, ROOT, Manifests, pod_specs

from mypage.schemas.broker_resources import broker_resources


@pytest.fixture(scope="module")
def prod() -> Manifests:
    """As `kubectl apply -k deploy/k8s/overlays/prod` sends it."""
    return Manifests.of(K8S / "overlays" / "prod")


@pytest.fixture(scope="module")
def dev_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The overlay with the secrets that its script makes."""
    copied = tmp_path_factory.mktemp("k8s") / "k8s"
    shutil.copytree(K8S, copied, ignore=shutil.ignore_patterns("secrets"))
    told = {"DATABASE": "database", "BROKER": "broker:5672", "SMTP_URL": "smtp://relay", "PASSWORD": "pw"}
    subprocess.run(
        ["sh", "make-secrets.sh"],
        cwd=copied / "overlays" / "dev",
        env={
            "PATH": "/usr/bin:/bin",
            "MYPAGE": f"{sys.executable} -m mypage",
            "PYTHONPATH": str(ROOT),
            **told,
        },
        check=True,
        capture_output=True,
    )
    return copied / "overlays" / "dev"


def test_one_command_makes_the_namespace_and_all_that_is_in_it(prod: Manifests) -> None:
    """Nothing is to be made by hand before it, but Secrets and the authorities."""
    [namespace] = prod.all("Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    cluster_wide = {"Namespace", "PriorityClass"}
    outside = [
        each["metadata"]["name"]
        for each in prod.objects
        if each["kind"] not in cluster_wide and each["metadata"]["namespace"] != namespace["metadata"]["name"]
    ]
    assert outside == []


def test_every_pod_has_an_account_of_its_own_without_a_token(prod: Manifests) -> None:
    """Nothing talks to the API server."""
    accounts = {
        each["metadata"]["name"]: each["automountServiceAccountToken"] for each in prod.all("ServiceAccount")
    }
    specs = pod_specs(prod.objects)
    assert len(specs) == 7
    for name, spec in specs.items():
        assert spec["serviceAccountName"] == name.partition("/")[2]
        assert accounts[spec["serviceAccountName"]] is False
        assert spec["automountServiceAccountToken"] is False


def test_what_is_not_allowed_is_denied_in_both_directions(prod: Manifests) -> None:
    """Every pod of the namespace; and each egress says where to, or by which port."""
    policies = {each["metadata"]["name"]: each["spec"] for each in prod.all("NetworkPolicy")}
    assert policies["nobody-calls"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for name, spec in policies.items():
        for rule in spec.get("egress", []):
            assert rule.get("ports"), name
            assert rule.get("to"), name


def test_deployments_wish_to_be_in_several_zones_and_on_several_nodes(prod: Manifests) -> None:
    """A wish: a cluster of one zone runs them all the same."""
    [priority] = prod.all("PriorityClass")
    for each in prod.all("Deployment"):
        spec = each["spec"]["template"]["spec"]
        assert spec["priorityClassName"] == priority["metadata"]["name"]
        assert [wish["topologyKey"] for wish in spec["topologySpreadConstraints"]] == [
            "topology.kubernetes.io/zone",
            "kubernetes.io/hostname",
        ]
        assert each["metadata"]["annotations"]["reloader.stakater.com/auto"] == "true"


def test_a_deployment_has_an_autoscaler_or_a_number_never_both(prod: Manifests) -> None:
    """A number would undo the autoscaler's at every release."""
    scaled = {
        each["spec"]["scaleTargetRef"]["name"] for each in prod.all("HorizontalPodAutoscaler", "ScaledObject")
    }
    numbered = {each["metadata"]["name"] for each in prod.all("Deployment") if "replicas" in each["spec"]}
    assert scaled == {"gateway", "notification"}
    assert numbered == {"billing", "identity", "registration"}


def test_the_job_that_migrates_makes_room_for_the_next_one(prod: Manifests) -> None:
    """A Job cannot be changed: by the next release it is gone. Pods wait for longer than it may take."""
    job = prod.one("Job", "migrate")["spec"]
    assert job["ttlSecondsAfterFinished"] <= 600
    for each in prod.all("Deployment"):
        assert each["spec"]["progressDeadlineSeconds"] > job["activeDeadlineSeconds"]


def test_only_the_job_that_migrates_has_the_owners_password(prod: Manifests) -> None:
    """ADR 0046."""
    users = {name for name, spec in pod_specs(prod.objects).items() if "mypage-migrations" in str(spec)}
    assert users == {"Job/migrate"}


def test_every_secret_and_file_that_is_mounted_is_explained(prod: Manifests) -> None:
    """deploy/k8s/base/README.md lists what each must hold."""
    page = (K8S / "base" / "README.md").read_text(encoding="utf-8")
    asked = set(
        re.findall(r"(?:secretName|name)': '(mypage-[a-z]+)'", str(list(pod_specs(prod.objects).values())))
    )
    assert "mypage-identity" in asked
    assert [name for name in asked if f"`{name}`" not in page] == []


def test_a_changed_secret_rolls_the_pods_of_the_dev_overlay(dev_folder: Path) -> None:
    """Its name is made of its content: the Deployment that mounts it changes with it, and no other."""
    before = Manifests.of(dev_folder)
    changed = dev_folder / "secrets" / "gateway" / "mypage_amqp_url"
    changed.write_text("amqp://gateway:another@broker:5672/")
    after = Manifests.of(dev_folder)
    rolled = {
        each["metadata"]["name"]
        for each in after.all("Deployment")
        if each != before.one("Deployment", each["metadata"]["name"])
    }
    assert rolled == {"gateway"}


def test_the_brokers_topology_is_that_of_its_definitions() -> None:
    """`make definitions` makes both of the same code."""
    committed = (K8S / "broker" / "topology.yaml").read_text(encoding="utf-8")
    assert committed == broker_resources(), "run: make definitions"


def test_every_object_of_the_broker_has_a_name_of_its_own() -> None:
    """Two with one name are one object, and half of the topology is missing."""
    broker = Manifests.of(K8S / "broker")
    names = [(each["kind"], each["metadata"]["name"]) for each in broker.objects]
    assert len(set(names)) == len(names)
    users = {each["metadata"]["name"] for each in broker.all("User")}
    passwords = {each["spec"]["importCredentialsSecret"]["name"] for each in broker.all("User")}
    assert passwords == {f"broker-user-{name}" for name in users}


def _fields(told: object, path: str = "") -> set[str]:
    """Every value's path; the members of a list have the list's."""
    if isinstance(told, dict):
        return {found for key, value in told.items() for found in _fields(value, f"{path}.{key}".strip("."))}
    if isinstance(told, list) and told and isinstance(told[0], dict):
        return {found for each in told for found in _fields(each, path)}
    return {path}


@pytest.mark.parametrize("folder", ["broker", "database"])
def test_operators_without_a_package_are_told_only_what_was_read_of_them(folder: str) -> None:
    """tests/deployment/checkers/operator_fields.yaml says where."""
    known = yaml.safe_load((ROOT / "tests/deployment/checkers/operator_fields.yaml").read_text())
    told = [each for each in Manifests.of(K8S / folder).objects if each["kind"] in known]
    assert len({each["kind"] for each in told}) >= 4
    for each in told:
        allowed = known[each["kind"]]
        free = tuple(path[:-1] for path in allowed if path.endswith(".*"))
        strange = {
            path
            for path in _fields(each["spec"])
            if path not in allowed and not path.startswith(free or ("-",))
        }
        assert strange == set(), f"{each['kind']} {each['metadata']['name']}"

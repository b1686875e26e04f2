"""The manifests as `kubectl apply -k` would send them, looked up by kind and name."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
K8S = ROOT / "deploy" / "k8s"
Object = dict[str, Any]


@dataclass(frozen=True)
class Manifests:
    """All objects of one folder."""

    objects: list[Object]

    @classmethod
    def of(cls, folder: Path) -> Manifests:
        """Rendered by kustomize, offline."""
        kubectl = Path(sys.executable).parent / "kubectl"
        done = subprocess.run([kubectl, "kustomize", folder], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return cls([each for each in yaml.safe_load_all(done.stdout) if each])

    def all(self, *kinds: str) -> list[Object]:
        """Every object of these kinds."""
        return [each for each in self.objects if each["kind"] in kinds]

    def one(self, kind: str, name: str) -> Object:
        """KeyError where there is none."""
        for each in self.all(kind):
            if each["metadata"]["name"] == name:
                return each
        raise KeyError(f"{kind} {name}")

    def replicas_of(self, deployment: Object) -> int:
        """What an autoscaler begins with, where there is one."""
        name = deployment["metadata"]["name"]
        for scaler in self.all("HorizontalPodAutoscaler", "ScaledObject"):
            spec = scaler["spec"]
            if spec["scaleTargetRef"]["name"] == name:
                return int(spec.get("minReplicas") or spec["minReplicaCount"])
        return int(deployment["spec"]["replicas"])


def pod_specs(objects: list[Object]) -> dict[str, Object]:
    """By kind and name, the pod of everything that makes pods."""
    found = {}
    for each in objects:
        spec = each.get("spec", {})
        if each["kind"] == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        if each["kind"] in ("Deployment", "Job", "CronJob"):
            found[f"{each['kind']}/{each['metadata']['name']}"] = spec["template"]["spec"]
    return found

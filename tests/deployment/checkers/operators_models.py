"""Run in the environment of requirements.lock beside this file, with rendered manifests as arguments: prints
every object of an operator that its published schema does not take as it stands.
"""

import sys
from pathlib import Path

import yaml
from cloudcoil.models.cert_manager import v1 as cert_manager
from cloudcoil.models.keda import v1alpha1 as keda
from cloudcoil.models.prometheus_operator import v1 as prometheus_operator
from pydantic import ValidationError

MODELS = {
    "Certificate": cert_manager.Certificate,
    "PodMonitor": prometheus_operator.PodMonitor,
    "PrometheusRule": prometheus_operator.PrometheusRule,
    "ScaledObject": keda.ScaledObject,
    "TriggerAuthentication": keda.TriggerAuthentication,
}


def problem(told: dict) -> str:
    """Empty when the model takes every field of it: what it does not know it leaves out."""
    try:
        kept = MODELS[told["kind"]].model_validate(told)
    except ValidationError as error:
        return str(error)
    understood = kept.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return "" if understood == told else f"only this of it is known: {understood}"


for file in sys.argv[1:]:
    for each in yaml.safe_load_all(Path(file).read_text(encoding="utf-8")):
        if each["kind"] in MODELS and (found := problem(each)):
            print(each["kind"], each["metadata"]["name"], found)  # noqa: T201 - its report

"""Manifests and compose file run the image as it is built, confined, with secrets in
files that the bridge reads."""

import re
import tomllib
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from bridge import settings
from bridge.cli import main
from tests.deploy.conftest import DEPLOY, documents
from tests.test_container import last

BASE = DEPLOY / "kubernetes" / "base"
MANIFESTS = sorted(
    path.name for path in BASE.glob("*.yaml") if path.name != "kustomization.yaml"
)
VERSION = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text())["project"][
    "version"
]
SECRETS = sorted(path.name for path in (BASE / "secrets").iterdir())


def manifest(name: str) -> dict[str, Any]:
    (document,) = documents(f"kubernetes/base/{name}")
    return document


def pod() -> dict[str, Any]:
    spec = manifest("deployment.yaml")["spec"]["template"]["spec"]
    assert isinstance(spec, dict)
    return spec


def containers() -> list[dict[str, Any]]:
    return [*pod()["initContainers"], *pod()["containers"]]


def services() -> dict[str, dict[str, Any]]:
    (document,) = documents("compose.yaml")
    told = document["services"]
    assert isinstance(told, dict)
    return {name: one for name, one in told.items() if name != "postgres"}


def image_environment() -> dict[str, str]:
    return dict(re.findall(r"(\w+)=\"?([^\s\"]+)", " ".join(last("ENV"))))


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_fits_the_published_schema(name: str) -> None:
    told = manifest(name)
    if name == "deployment.yaml":
        # What kustomize adds by `labels`.
        labels = {"app.kubernetes.io/name": "bridge"}
        told["spec"]["selector"] = {"matchLabels": labels}
        told["spec"]["template"]["metadata"] = {"labels": labels}

    newest = kubernetes_validate.latest_version()

    assert kubernetes_validate.validate(told, newest, strict=True)


def test_kustomize_takes_every_file_there_is() -> None:
    told = manifest("kustomization.yaml")
    (secrets,) = told["secretGenerator"]
    (config,) = told["configMapGenerator"]
    volumes = {one["name"]: one for one in pod()["volumes"]}

    assert sorted(told["resources"]) == MANIFESTS
    assert sorted(secrets["files"]) == [f"secrets/{name}" for name in SECRETS]
    assert config["files"] == ["config.toml"]
    assert volumes["secrets"]["secret"]["secretName"] == secrets["name"]
    assert volumes["config"]["configMap"]["name"] == config["name"]
    assert told["labels"][0]["includeSelectors"] is True
    assert told["images"][0]["newTag"] == VERSION


def test_the_configuration_with_its_secret_files_is_one_that_the_bridge_takes() -> None:
    environ = image_environment() | {"BRIDGE_SECRETS_DIR": str(BASE / "secrets")}

    loaded = settings.load(BASE / "config.toml", environ)

    assert loaded.server.host == "0.0.0.0"
    assert loaded.server.api_token
    assert loaded.store.url.get_secret_value().startswith("postgresql://")
    assert all(one.webhook_secrets for one in loaded.trackers.values())


@pytest.mark.parametrize("path", sorted((BASE / "secrets").iterdir()), ids=str)
def test_no_secret_is_a_real_one(path: Path) -> None:
    assert "change-me" in path.read_text()


def test_pods_run_as_the_image_does_and_may_do_nothing_else() -> None:
    user, group = (int(number) for number in last("USER")[0].split(":"))
    confined = pod()["securityContext"]

    assert (confined["runAsUser"], confined["runAsGroup"]) == (user, group)
    assert confined["fsGroup"] == group
    assert confined["runAsNonRoot"] is True
    assert confined["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod()["automountServiceAccountToken"] is False
    for one in containers():
        assert one["image"] == "bridge"
        assert one["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert one["resources"]["requests"].keys() == {"cpu", "memory"}
        assert "memory" in one["resources"]["limits"]


def test_pods_mount_what_the_image_expects_and_the_secrets_where_they_are_read() -> (
    None
):
    for one in containers():
        places = {mount["name"]: mount["mountPath"] for mount in one["volumeMounts"]}
        environ = {each["name"]: each["value"] for each in one["env"]}
        config = Path(image_environment()["BRIDGE_CONFIG"])

        assert places["config"] == str(config.parent)
        assert environ == {"BRIDGE_SECRETS_DIR": places["secrets"]}
        assert last("VOLUME") == [places["data"]]


def test_probes_and_service_reach_the_port_that_the_image_exposes() -> None:
    (one,) = pod()["containers"]
    (port,) = one["ports"]
    probes = {name: one[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness")}

    assert [str(port["containerPort"])] == last("EXPOSE")
    assert {probe["path"] for probe in probes.values()} == {"/healthz"}
    assert one["readinessProbe"]["httpGet"]["path"] == "/readyz"
    (served,) = manifest("service.yaml")["spec"]["ports"]
    targets = {probe["port"] for probe in probes.values()} | {served["targetPort"]}
    assert targets == {port["name"]}


def test_one_pod_at_a_time_may_go() -> None:
    budget = manifest("poddisruptionbudget.yaml")["spec"]

    assert budget["maxUnavailable"] == 1
    assert manifest("deployment.yaml")["spec"]["replicas"] > 1


@pytest.mark.parametrize("service", services())
def test_compose_confines_the_same_image(service: str) -> None:
    one = services()[service]
    (document,) = documents("compose.yaml")

    assert one["image"] == f"bridge:{VERSION}"
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert sorted(one["secrets"]) == SECRETS
    assert document["secrets"].keys() == {*SECRETS, "postgres_password"}
    (mount,) = one["volumes"]
    source, target, mode = mount.split(":")
    assert (DEPLOY / source).is_file()
    assert (target, mode) == (image_environment()["BRIDGE_CONFIG"], "ro")


def test_compose_brings_the_tables_up_before_it_serves() -> None:
    needed = services()["bridge"]["depends_on"]

    assert needed["upgrade"]["condition"] == "service_completed_successfully"
    assert needed["postgres"]["condition"] == "service_healthy"


def test_what_is_run_are_commands_of_the_bridge() -> None:
    asked = [one["args"] for one in containers()]
    asked += [one["command"] for one in services().values()]

    assert len(asked) == 4
    for words in asked:
        command: Any = main
        for word in words:
            command = command.get_command(None, word)
            assert command is not None, words

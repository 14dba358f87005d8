"""daemon/docs/workload-type.md, followed to the letter: its blocks are what is written and run here."""
import json
import os
import re
import subprocess

import pytest
import yaml
from lib import crds
from lib.podload import PASSWORD, REPOSITORY
from lib.sdk import run

CLUSTER, TYPE = "real", "fleet.fleets.example.com"
PAGE = (REPOSITORY / "daemon/docs/workload-type.md").read_text()
BLOCKS = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def shell(folder, installation, sdk):
    """Runs a block as the page's reader would; its variables are theirs."""
    home, prefix = folder / "page", folder / "page-prefix"
    home.mkdir()
    run("cp", "-a", sdk, prefix)
    names = {"PODLOADD": installation.state / "app/bin/podloadd", "CONFIG": installation.config, "URL": installation.url, "JAR": home / "jar",
             "CLUSTER": CLUSTER, "NAMESPACE": "page", "PREFIX": prefix, "NO_PROXY": "*", "CCACHE_NOHASHDIR": "1"}

    def run_block(name, **more):
        done = subprocess.run(["bash", "-euc", BLOCKS[name]], cwd=home, text=True, capture_output=True, check=False,
                              env={**os.environ, **{key: str(value) for key, value in {**names, **more}.items()}})
        assert done.returncode == 0, (name, done.stdout[-2000:], done.stderr[-2000:])
        return done.stdout
    run_block.home, run_block.prefix = home, prefix
    subprocess.run(["curl", "-sS", "--noproxy", "*", "-c", home / "jar", "-H", "Content-Type: application/json", "-o", "/dev/null",
                    "-d", json.dumps({"username": "admin", "password": PASSWORD}), installation.url + "/api/login"], check=True)
    return run_block


@pytest.fixture(scope="module")
def fleet(plane, world):
    """The page's Fleet, and the Pods that its operator would have made."""
    api, made = plane.api, yaml.safe_load(BLOCKS["fleet.yaml"])
    crds.install(api, "fleets.example.com", "Fleet", "fleets", ("v1",))
    world.namespace("page")
    owner = crds.make(api, "page", "fleets.example.com", "v1", "fleets", "Fleet", "checkout", made["spec"], made["status"])
    for index in range(made["spec"]["size"]):
        crds.pod(api, "page", f"checkout-{index}", made["spec"]["pods"]["template"]["metadata"]["labels"], owner)
    world.service("page", "checkout")
    return world.serving("page", "checkout", made["spec"]["size"])


def shown(text):
    """The three replies of the block `ask`."""
    decoder, replies = json.JSONDecoder(), []
    while text.strip():
        reply, end = decoder.raw_decode(text.lstrip())
        replies.append(reply)
        text = text.lstrip()[end:]
    types, workloads, pods = replies
    assert TYPE in [row["name"] for row in types]
    assert [(row["name"], row["desired_replicas"], row["ready_replicas"], row["resources"]) for row in workloads] == [
        ("checkout", 3, 3, "cpu: 100m/200m, mem: -/-")]
    assert workloads[0]["services"] == [{"name": "checkout", "role": "front"}]
    assert sorted(row["name"] for row in pods) == ["checkout-0", "checkout-1", "checkout-2"]


def test_a_row_in_the_configuration(fleet, shell, installation, client_of_page):
    assert json.loads(shell("check"))["workload_types"][0]["kind"] == "Fleet"
    shown(shell("ask"))
    assert "fleets.example.com" in shell("rbac")
    removed = client_of_page.remove(CLUSTER, "page", "checkout-1", "?wait=proof").json["operation"]
    assert [(row["name"], row["role"], row["workload_role"]) for row in removed["services"]] == [("checkout", "lost", "front")]
    assert client_of_page.restore(CLUSTER, "page", "checkout-1", "?wait=proof").status == 200


@pytest.fixture
def client_of_page(installation):
    before = installation.config.read_text()
    installation.config.write_text(before + BLOCKS["podload.yaml"])
    installation.up()
    yield installation.client()
    installation.config.write_text(before)
    installation.up()


def test_a_plugin_without_code_and_built_with_the_sdk(fleet, shell, daemons):
    for name in ("fleets/plugin.yaml", "fleets/CMakeLists.txt"):
        (shell.home / name).parent.mkdir(exist_ok=True)
        (shell.home / name).write_text(BLOCKS[name])
    assert yaml.safe_load(BLOCKS["fleets/plugin.yaml"])["workload_types"] == yaml.safe_load(BLOCKS["podload.yaml"])["workload_types"]
    by_hand = shell.home / "plugins"
    by_hand.mkdir()
    run("cp", "-a", shell.home / "fleets", by_hand)
    assert "conformance.fleets" in shell("build")
    built = shell.prefix / "lib/podload/plugins"
    assert (built / "fleets/plugin.yaml").read_text() == BLOCKS["fleets/plugin.yaml"]
    for name, folder in (("EXTRA_PLUGIN_DIR", by_hand), ("PLUGIN_DIR", built)):
        daemon = daemons(f"fleets-{name}".lower(), **{f"PODLOAD_{name}": str(folder)},
                         PODLOAD_PLUGINS=json.dumps(["audit", "auth", "cluster", "pod-load", "fleets"]))
        client = daemon.client()
        assert TYPE in [row["name"] for row in client.get(f"/api/{CLUSTER}/page/workload-types").json]
        assert len(client.get(f"/api/{CLUSTER}/page/{TYPE}/checkout/pods").json) == 3
        assert daemon.stop() == 0


def test_every_block_of_the_page_was_used():
    assert set(BLOCKS) == {"fleet.yaml", "podload.yaml", "check", "ask", "rbac", "fleets/plugin.yaml", "fleets/CMakeLists.txt", "build"}
    assert PAGE.count("```") == 2 * len(BLOCKS)

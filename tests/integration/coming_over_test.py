"""The predecessor's users, clusters and log come over, with a word for each, and no more than once."""
import hashlib
import json

import pytest

from lib.podload import OverNginx


@pytest.fixture
def old(folder):
    """The predecessor's folder."""
    old = folder / "flask"
    (old / "config").mkdir(parents=True)
    (old / "kubeconfigs").mkdir()
    return old


def test_the_predecessors_folder(installation, plane, admin, old):
    good, insecure = plane.admin.read_text(), json.loads(plane.admin.read_text())
    insecure["clusters"][0]["cluster"] = {"server": f"https://127.0.0.1:{plane.port}", "insecure-skip-tls-verify": True}
    (old / "config" / "cluster_configs.json").write_text(json.dumps([
        # Rows that nobody can use stop nothing: each is told of.
        7, None, "x", [], {"name": "nul\0", "kubeconfig_content": good}, {"name": ["list"], "kubeconfig_content": good},
        {"name": "wrong-type", "display_name": {}, "kubeconfig_content": 7}, {"name": "not-yaml", "kubeconfig_content": "a: [\0"},
        {"name": "came-over", "display_name": "搬来的", "kubeconfig_content": good},
        {"name": "insecure", "display_name": "x", "kubeconfig_content": json.dumps(insecure)},
        {"name": "admin", "display_name": "x", "kubeconfig_content": good}, {"display_name": "nameless"}]))
    (old / "kubeconfigs" / "came-over").write_text(good)
    (old / "kubeconfigs" / "only-file").write_text(good)
    digest = lambda password: hashlib.sha256(password.encode()).hexdigest()
    read_write = {"admin": False, "read": True, "write": True}
    (old / "config" / "auth_config.json").write_text(json.dumps([
        {"username": "flask-ann", "password_hash": digest("ann's old password"), "permissions": {**read_write, "clusters": ["came-over", "gone"]}},
        {"username": "flask-root", "password_hash": digest("admin123"), "permissions": {"admin": True, "read": True, "write": True, "clusters": {}}},
        {"username": "flask-empty", "password_hash": digest("another old password"), "permissions": {**read_write, "clusters": {}}},
        {"username": "a/b", "password_hash": digest("x"), "permissions": read_write}]))
    (old / "config" / "logs.json").write_text(json.dumps([
        {"timestamp": "2025-01-02T03:04:05", "username": "flask-ann", "action": "remove_load", "resource": "pod/shop/web-1", "details": "旧记录"}]))
    said = installation.command("import", "flask", str(old)).stdout
    assert "came-over: registered (v1.20.2)" in said and "only-file: registered" in said, said
    assert "insecure: REFUSED" in said and "insecure-skip-tls-verify" in said and "cluster admin: REFUSED" in said
    assert said.count("REFUSED (cluster_configs.json)") == 11, said
    shown = admin.get("/api/admin/clusters/came-over").json
    assert shown["display_name"] == "搬来的"
    # Users: the clusters that there are, no list is none, known passwords arrive disabled, hashes are wrapped.
    ann = admin.get("/api/admin/users/flask-ann").json
    assert ann["permissions"]["clusters"] == ["came-over"] and ann["permissions"]["all_clusters"] is False
    assert admin.get("/api/admin/users/flask-empty").json["permissions"] | {"grants": []} == {
        **read_write, "all_clusters": False, "clusters": [], "grants": []}
    assert admin.get("/api/admin/users/flask-root").json["disabled"] is True
    for told in ("flask-ann", "gone", "flask-root", "flask-empty", "a/b"):
        assert told in said, said
    hashes = lambda: installation.sql("select password_hash from auth.users where username = 'flask-ann'")[0][0]
    wrapped = hashes()
    assert wrapped.startswith("$argon2id$") and digest("ann's old password") not in wrapped
    person = OverNginx(installation.url).login("flask-ann", "ann's old password")
    assert hashes() != wrapped and hashes().startswith("$argon2id$")
    assert [row["name"] for row in person.get("/api/clusters").json] == ["came-over"]
    row = admin.get("/api/admin/logs?user=flask-ann&action=remove-load").json[0]
    assert (row["imported"], row["timestamp"][:19], row["resource"]) == (True, "2025-01-01T19:04:05", "pod/shop/web-1")
    again = installation.command("import", "flask", str(old)).stdout
    assert "came-over: skipped" in again and "registered (v" not in again
    for name in ("came-over", "only-file"):
        assert admin.call("DELETE", f"/api/admin/clusters/{name}").status == 200
    assert "came-over: skipped" in installation.command("import", "flask", str(old)).stdout
    assert len(admin.get("/api/admin/logs?user=flask-ann&action=remove-load").json) == 1


def test_a_folder_that_is_not_the_predecessors(installation, tmp_path):
    said = installation.command("import", "flask", str(tmp_path)).stdout
    assert "neither cluster_configs.json nor kubeconfigs/" in said and str(tmp_path) in said
    (tmp_path / "logs.json").write_text("no JSON")
    tmp_path.chmod(0o755)
    done = installation.command("import", "flask", str(tmp_path), check=False)
    assert done.returncode == 1 and "logs.json" in done.stdout, (done.stdout, done.stderr)

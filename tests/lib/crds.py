"""Custom kinds that own Pods, installed on a control plane. Their controllers are not there: tests make
the objects, their status and their Pods themselves."""
from .kube_api import KubeError
from .wait import wait_for

FREE = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def install(api, group, kind, plural, versions=("v1alpha1",)):
    """A definition with the fields that podload's rows point to left free."""
    name = f"{plural}.{group}"
    api.apply("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": name},
        "spec": {"group": group, "scope": "Namespaced", "names": {"kind": kind, "plural": plural, "singular": kind.lower()},
                 "versions": [{"name": version, "served": True, "storage": version == versions[0],
                               "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": FREE, "status": FREE}}}}
                              for version in versions]}})

    def served():
        try:
            return api.get(f"/apis/{group}/{versions[0]}/{plural}")
        except KubeError:
            return None
    wait_for(served, 20, name)


def make(api, namespace, group, version, plural, kind, name, spec, status):
    """The object; returns the reference by which it owns Pods."""
    made = api.apply(f"/apis/{group}/{version}/namespaces/{namespace}/{plural}", {
        "apiVersion": f"{group}/{version}", "kind": kind, "metadata": {"name": name}, "spec": spec, "status": status})
    return {"apiVersion": f"{group}/{version}", "kind": kind, "name": name, "uid": made["metadata"]["uid"],
            "controller": True, "blockOwnerDeletion": True}


def pod(api, namespace, name, labels, owner=None):
    def made():
        try:
            return api.apply(f"/api/v1/namespaces/{namespace}/pods", {
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": name, "labels": labels, "ownerReferences": [owner] if owner else []},
                "spec": {"containers": [{"name": "main", "image": "example/main:1"}]}})
        except KubeError as error:
            if error.status != 500:  # a new namespace has no service account yet
                raise
            return None
    return wait_for(made, 20, f"Pod {name}")

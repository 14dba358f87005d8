"""What the simulated API server serves: one row a resource, and lookups over the rows."""
from typing import NamedTuple

VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]


class Kind(NamedTuple):
    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool
    has_status: bool
    short: tuple = ()

    @property
    def api_version(self):
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def group_resource(self):
        return f"{self.plural}.{self.group}" if self.group else self.plural


KINDS = [Kind(*row) for row in (
    ("", "v1", "namespaces", "Namespace", False, True, ("ns",)),
    ("", "v1", "nodes", "Node", False, True, ("no",)),
    ("", "v1", "pods", "Pod", True, True, ("po",)),
    ("", "v1", "services", "Service", True, True, ("svc",)),
    ("", "v1", "configmaps", "ConfigMap", True, False, ("cm",)),
    ("", "v1", "secrets", "Secret", True, False),
    ("", "v1", "events", "Event", True, False, ("ev",)),
    ("", "v1", "serviceaccounts", "ServiceAccount", True, False, ("sa",)),
    ("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", True, True, ("pvc",)),
    ("", "v1", "persistentvolumes", "PersistentVolume", False, True, ("pv",)),
    ("apps", "v1", "deployments", "Deployment", True, True, ("deploy",)),
    ("apps", "v1", "replicasets", "ReplicaSet", True, True, ("rs",)),
    ("apps", "v1", "statefulsets", "StatefulSet", True, True, ("sts",)),
    ("apps", "v1", "daemonsets", "DaemonSet", True, True, ("ds",)),
    ("batch", "v1", "jobs", "Job", True, True),
    ("batch", "v1", "cronjobs", "CronJob", True, True, ("cj",)),
    ("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", True, True, ("pdb",)),
    ("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", True, True,
     ("hpa",)),
    ("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", True, False, ("netpol",)),
    ("networking.k8s.io", "v1", "ingresses", "Ingress", True, True, ("ing",)),
    ("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", True, False),
    ("storage.k8s.io", "v1", "storageclasses", "StorageClass", False, False, ("sc",)),
)]

PLURALS = {kind.plural: kind for kind in KINDS}
BY_NAME = {kind.kind: kind for kind in KINDS}

# An older version of a group that is served from the same objects.
ALSO_SERVED = {("autoscaling", "v1"): ["horizontalpodautoscalers"]}

# Groups without stored objects.
REVIEWS = {"selfsubjectaccessreviews": "SelfSubjectAccessReview",
           "selfsubjectrulesreviews": "SelfSubjectRulesReview"}


def find(group, version, plural):
    kind = PLURALS.get(plural)
    if kind and kind.group == group:
        if kind.version == version or plural in ALSO_SERVED.get((group, version), ()):
            return kind
    return None


def group_versions():
    """{group: [version, ...]}, the preferred version first."""
    groups = {}
    for kind in KINDS:
        groups.setdefault(kind.group, [])
        if kind.version not in groups[kind.group]:
            groups[kind.group].append(kind.version)
    for group, version in ALSO_SERVED:
        groups[group].append(version)
    groups["authorization.k8s.io"] = ["v1"]
    return groups


def in_version(kind, version, obj):
    """The object as that version of its group writes it."""
    if version == kind.version:
        return obj
    return _hpa_v1(obj)


def _hpa_v1(obj):
    spec = {key: obj["spec"][key] for key in ("scaleTargetRef", "minReplicas", "maxReplicas")
            if key in obj["spec"]}
    for metric in obj["spec"].get("metrics", []):
        resource = metric.get("resource", {})
        if resource.get("name") == "cpu" and "averageUtilization" in resource.get("target", {}):
            spec["targetCPUUtilizationPercentage"] = resource["target"]["averageUtilization"]
    status = {key: obj.get("status", {}).get(key, 0)
              for key in ("currentReplicas", "desiredReplicas")}
    return dict(obj, apiVersion="autoscaling/v1", spec=spec, status=status)

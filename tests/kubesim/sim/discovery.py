"""What a client asks before it asks for objects: versions, groups, resources, rights."""
from . import errors, kinds

VERSION = {"major": "1", "minor": "30", "gitVersion": "v1.30.4",
           "gitCommit": "a51b3b711150f57ffc1f526a640ec058514ed596", "gitTreeState": "clean",
           "buildDate": "2024-08-14T19:02:46Z", "goVersion": "go1.22.5", "compiler": "gc",
           "platform": "linux/amd64"}


def core_versions(address):
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [
        {"clientCIDR": "0.0.0.0/0", "serverAddress": address}]}


def group(name):
    versions = kinds.group_versions().get(name)
    if not name or not versions:
        raise errors.no_such_path()
    rows = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"kind": "APIGroup", "apiVersion": "v1", "name": name, "versions": rows,
            "preferredVersion": rows[0]}


def groups():
    return {"kind": "APIGroupList", "apiVersion": "v1",
            "groups": [group(name) for name in kinds.group_versions() if name]}


def resources(group_name, version):
    if version not in kinds.group_versions().get(group_name, ()):
        raise errors.no_such_path()
    rows = []
    for kind in kinds.KINDS:
        if kinds.find(group_name, version, kind.plural) is None:
            continue
        row = {"name": kind.plural, "singularName": kind.kind.lower(),
               "namespaced": kind.namespaced, "kind": kind.kind, "verbs": kinds.VERBS}
        if kind.short:
            row["shortNames"] = list(kind.short)
        if kind.plural in ("pods", "services", "deployments", "statefulsets", "daemonsets"):
            row["categories"] = ["all"]
        rows.append(row)
        if kind.has_status:
            rows.append({"name": kind.plural + "/status", "singularName": "",
                         "namespaced": kind.namespaced, "kind": kind.kind,
                         "verbs": ["get", "patch", "update"]})
    if group_name == "authorization.k8s.io":
        rows = [{"name": plural, "singularName": "", "namespaced": False, "kind": kind,
                 "verbs": ["create"]} for plural, kind in kinds.REVIEWS.items()]
    api_version = f"{group_name}/{version}" if group_name else version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": api_version,
            "resources": rows}


class Access:
    """Everything is allowed but what a test denied: for the reviews and for requests alike."""

    def __init__(self):
        self.denied = []  # rows of verb, resource, namespace; a "*" or absent part is any

    def allows(self, verb, resource, namespace):
        return not any(row.get("verb", "*") in ("*", verb)
                       and row.get("resource", "*") in ("*", resource)
                       and row.get("namespace", "*") in ("*", namespace or "")
                       for row in self.denied)

    def review(self, plural, body):
        spec = body.get("spec") or {}
        if plural == "selfsubjectrulesreviews":
            status = {"resourceRules": self._rules(spec.get("namespace", "default")),
                      "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
                      "incomplete": False}
        else:
            asked = spec.get("resourceAttributes") or {}
            resource = asked.get("resource", "")
            if asked.get("subresource"):
                resource += "/" + asked["subresource"]
            allowed = self.allows(asked.get("verb", ""), resource, asked.get("namespace"))
            status = {"allowed": allowed}
            if not allowed:
                status["reason"] = "denied by the test"
        return {"kind": kinds.REVIEWS[plural], "apiVersion": "authorization.k8s.io/v1",
                "metadata": {"creationTimestamp": None}, "spec": spec, "status": status}

    def _rules(self, namespace):
        if not self.denied:
            return [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]
        rules = []
        for kind in kinds.KINDS:
            verbs = [verb for verb in kinds.VERBS if self.allows(verb, kind.plural, namespace)]
            if verbs:
                rules.append({"verbs": verbs, "apiGroups": [kind.group],
                              "resources": [kind.plural]})
        return rules

"""What a real API server fills in when an object is made."""


def with_defaults(store, kind, obj):
    spec = obj.get("spec", {})
    if kind.plural == "pods":
        return dict(obj, spec={"restartPolicy": "Always", "terminationGracePeriodSeconds": 30,
                               **spec},
                    status={"phase": "Pending", "qosClass": "BestEffort"})
    if kind.plural == "services":
        spec = {"type": "ClusterIP", "sessionAffinity": "None",
                "internalTrafficPolicy": "Cluster", "ipFamilies": ["IPv4"],
                "ipFamilyPolicy": "SingleStack", **spec}
        spec["ports"] = [{"protocol": "TCP", "targetPort": port.get("port"), **port}
                         for port in spec.get("ports", [])]
        if spec["type"] != "ExternalName":
            spec.setdefault("clusterIP", _cluster_ip(store))
            spec["clusterIPs"] = [spec["clusterIP"]]
        return dict(obj, spec=spec, status={"loadBalancer": {}})
    if kind.plural in ("deployments", "statefulsets", "replicasets"):
        return dict(obj, spec={"replicas": 1, **spec}, status={})
    return dict(obj, status=obj.get("status", {})) if kind.has_status else obj


def _cluster_ip(store):
    used = {service["spec"].get("clusterIP") for service in store.objs("services")}
    return next(ip for ip in (f"10.96.{n // 250}.{n % 250 + 1}" for n in range(60000))
                if ip not in used)

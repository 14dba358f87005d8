"""Kubernetes' Status objects, with the codes and words that a real API server uses."""


class ApiError(Exception):
    def __init__(self, code, reason, message, details=None, headers=None, metadata=None):
        super().__init__(message)
        self.code = code
        self.headers = headers or {}
        self.body = {"kind": "Status", "apiVersion": "v1", "metadata": metadata or {},
                     "status": "Failure", "message": message, "reason": reason,
                     **({"details": details} if details else {}), "code": code}


def _details(kind, name, **more):
    return {"name": name, **({"group": kind.group} if kind.group else {}),
            "kind": kind.plural, **more}


def not_found(kind, name):
    return ApiError(404, "NotFound", f'{kind.group_resource} "{name}" not found',
                    _details(kind, name))


def no_such_path():
    return ApiError(404, "NotFound", "the server could not find the requested resource", {})


def already_exists(kind, name):
    return ApiError(409, "AlreadyExists", f'{kind.group_resource} "{name}" already exists',
                    _details(kind, name))


def conflict(kind, name, why="the object has been modified; please apply your changes to the "
                            "latest version and try again"):
    return ApiError(409, "Conflict",
                    f'Operation cannot be fulfilled on {kind.group_resource} "{name}": {why}',
                    _details(kind, name))


def invalid(kind, name, field, value, why):
    message = f'Invalid value: "{value}": {why}'
    details = {"name": name, **({"group": kind.group} if kind.group else {}), "kind": kind.kind,
               "causes": [{"reason": "FieldValueInvalid", "message": message, "field": field}]}
    return ApiError(422, "Invalid", f'{kind.kind} "{name}" is invalid: {field}: {message}',
                    details)


def bad_request(message):
    return ApiError(400, "BadRequest", message)


def unauthorized():
    return ApiError(401, "Unauthorized", "Unauthorized")


def forbidden(kind, name, verb, namespace):
    where = f' in the namespace "{namespace}"' if namespace else " at the cluster scope"
    return ApiError(
        403, "Forbidden",
        f'{kind.group_resource} "{name}" is forbidden: User "podload" cannot {verb} resource '
        f'"{kind.plural}" in API group "{kind.group}"{where}', _details(kind, name))


def method_not_allowed():
    return ApiError(405, "MethodNotAllowed",
                    "the server does not allow this method on the requested resource", {})


def unsupported_media_type(given):
    return ApiError(
        415, "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: "
        f"application/merge-patch+json, application/strategic-merge-patch+json (not {given})")


def internal(message):
    return ApiError(500, "InternalError", f"Internal error occurred: {message}",
                    {"causes": [{"message": message}]})


def expired(message):
    return ApiError(410, "Expired", message)


def injected(code, message=None, retry_after=None):
    """What a fault rule answers, in a real server's words where there are any."""
    reason, words = {
        403: ("Forbidden", "admission webhook denied the request"),
        409: ("Conflict", "the object has been modified"),
        410: ("Expired", "too old resource version"),
        429: ("TooManyRequests", "Too many requests, please try again later."),
        500: ("InternalError", "Internal error occurred: etcdserver: request timed out"),
        503: ("ServiceUnavailable", "the server is currently unable to handle the request"),
        504: ("Timeout", "Timeout: request did not complete within the allotted timeout"),
    }.get(code, ("Unknown", "injected fault"))
    headers, details = {}, None
    if retry_after is not None:
        headers = {"Retry-After": str(retry_after)}
        details = {"retryAfterSeconds": retry_after}
    return ApiError(code, reason, message or words, details, headers)

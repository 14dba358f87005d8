"""The OpenAPI document that an installation serves, and whether replies keep to it."""
import re
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import jsonschema

METHODS = ("get", "post", "put", "patch", "delete")


class Operation:
    def __init__(self, method, path, row):
        self.method, self.path, self.row = method.upper(), path, row
        self.id, self.permission = row["operationId"], row["x-permission"]
        self.names = re.findall(r"{(\w+)}", path)
        # Literal parts beat parameters, from the left.
        self.rank = [part.startswith("{") for part in path.split("/")]
        self.pattern = re.compile(re.sub(r"{\w+}", "[^/]+", re.escape(path).replace(r"\{", "{").replace(r"\}", "}")) + "$")

    def __repr__(self):
        return f"{self.method} {self.path}"


class Contract:
    def __init__(self, document):
        self.document, self.succeeded = document, set()
        self.operations = sorted((Operation(method, path, row) for path, methods in document["paths"].items()
                                  for method, row in methods.items() if method in METHODS), key=lambda one: one.rank)
        self.resolver = jsonschema.RefResolver("", document)

    def find(self, method, uri):
        path = uri.split("?")[0]
        if ".." in path:
            return None  # nginx makes another address of it
        return next((one for one in self.operations if one.method == method and one.pattern.match(path)), None)

    def resolved(self, part):
        while "$ref" in part:
            part = self.resolver.resolve(part["$ref"])[1]
        return part

    def check(self, method, uri, reply):
        """Fails where the reply is not what the document says. Addresses that it does not have are left out."""
        operation = self.find(method, uri)
        if operation is None:
            return
        replies = operation.row["responses"]
        declared = replies.get(str(reply.status), replies.get("default"))
        if declared is None and reply.status >= 400:
            declared = {"$ref": "#/components/responses/Error"}  # what any operation may answer
        assert declared is not None, f"{operation} answered {reply.status}, which the document does not have"
        content = self.resolved(declared).get("content", {})
        kind = reply.headers.get("content-type", "").split(";")[0]
        if content:
            assert kind in content, f"{operation} answered {kind} instead of {list(content)}"
        if kind == "application/json" and kind in content:
            jsonschema.Draft7Validator(content[kind]["schema"], resolver=self.resolver).validate(reply.json)
        if reply.status < 300:
            self.succeeded.add(operation.id)

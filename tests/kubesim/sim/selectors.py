"""Label and field selectors, parsed into functions over objects."""
import re

from . import errors

_SET = re.compile(r"^\s*([^\s!=,()]+)\s+(in|notin)\s*\(([^)]*)\)\s*$")
_EQUAL = re.compile(r"^\s*([^\s!=,()]+)\s*(==|!=|=)\s*([^\s!=,()]*)\s*$")
_EXISTS = re.compile(r"^\s*(!?)\s*([^\s!=,()]+)\s*$")


def _terms(text):
    depth, start = 0, 0
    for index, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            yield text[start:index]
            start = index + 1
    yield text[start:]


def _label_term(term):
    if found := _SET.match(term):
        key, operator, rest = found.groups()
        values = {value.strip() for value in rest.split(",")}
        if operator == "in":
            return lambda labels: labels.get(key) in values
        return lambda labels: labels.get(key) not in values
    if found := _EQUAL.match(term):
        key, operator, value = found.groups()
        if operator == "!=":
            return lambda labels: labels.get(key) != value
        return lambda labels: labels.get(key) == value
    if found := _EXISTS.match(term):
        absent, key = found.groups()
        return lambda labels: (key in labels) != bool(absent)
    raise errors.bad_request(f"unable to parse requirement: {term!r}")


def labels(text):
    """labelSelector=... to a function of an object; None where everything matches."""
    if not text:
        return None
    terms = [_label_term(term) for term in _terms(text)]

    def matches(obj):
        has = obj["metadata"].get("labels") or {}
        return all(term(has) for term in terms)
    return matches


_FIELDS = {
    "metadata.name": lambda obj: obj["metadata"]["name"],
    "metadata.namespace": lambda obj: obj["metadata"].get("namespace", ""),
    "spec.nodeName": lambda obj: obj.get("spec", {}).get("nodeName", ""),
    "status.phase": lambda obj: obj.get("status", {}).get("phase", ""),
    "status.podIP": lambda obj: obj.get("status", {}).get("podIP", ""),
    "type": lambda obj: obj.get("type", ""),
    "involvedObject.uid": lambda obj: obj.get("involvedObject", {}).get("uid", ""),
    "involvedObject.name": lambda obj: obj.get("involvedObject", {}).get("name", ""),
}


def fields(text):
    """fieldSelector=... to a function of an object; None where everything matches."""
    if not text:
        return None
    terms = []
    for term in text.split(","):
        found = _EQUAL.match(term)
        if not found or found.group(1) not in _FIELDS:
            raise errors.bad_request(f'field label not supported: {term.split("=")[0]}')
        terms.append((_FIELDS[found.group(1)], found.group(2) == "!=", found.group(3)))
    return lambda obj: all((read(obj) == value) != unequal for read, unequal, value in terms)


def both(label_text, field_text):
    parts = [part for part in (labels(label_text), fields(field_text)) if part]
    if not parts:
        return None
    return lambda obj: all(part(obj) for part in parts)


def spec_selects(selector, has):
    """A workload's `selector` (matchLabels, matchExpressions) against a set of labels."""
    if not selector:
        return False
    if any(has.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    for rule in selector.get("matchExpressions", []):
        value, values = has.get(rule["key"]), rule.get("values", [])
        if not {"In": value in values, "NotIn": value not in values,
                "Exists": rule["key"] in has, "DoesNotExist": rule["key"] not in has,
                }[rule["operator"]]:
            return False
    return True

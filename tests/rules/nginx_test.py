"""nginx sends nobody to a name that the request itself brought, and limits count households, not addresses."""
import re

from repository import files, text


def test_no_redirect_goes_to_a_name_of_the_caller():
    for path in files("nginx/"):
        for number, line in enumerate(text(path).splitlines(), 1):
            redirects = re.search(r"\b(return 30\d|rewrite|error_page\s+[\d ]+=30\d)\b", line)
            assert not (redirects and re.search(r"\$(http_)?host\b", line)), f"{path}:{number}: {line.strip()}"
    assert "absolute_redirect off;" in text("nginx/nginx.conf.in")


def test_limits_count_an_ipv6_network_as_one():
    for path in files("nginx/"):
        for number, line in enumerate(text(path).splitlines(), 1):
            counts = re.match(r"\s*limit_(req|conn)_zone\s+(\S+)", line)
            assert not counts or "remote_addr" not in counts[2], f"{path}:{number}: {line.strip()}"

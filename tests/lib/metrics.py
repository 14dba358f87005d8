"""Prometheus' text format 0.0.4, read strictly."""
import math

from prometheus_client.parser import text_string_to_metric_families


def series(text):
    """{"name{label=value}": value}. Fails for what a Prometheus may misread."""
    assert text.endswith("\n")
    described = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE ")]
    assert len(described) == len(set(described)), "a name has two families"
    assert described == [line.split()[2] for line in text.splitlines() if line.startswith("# HELP ")]
    found = {}
    families = list(text_string_to_metric_families(text))
    assert len(families) == len(described), "samples stand outside their family"
    for family in families:
        assert family.type in ("counter", "gauge", "histogram") and family.documentation and family.samples, family
        for sample in family.samples:
            key = name(sample.name, **sample.labels)
            assert key not in found, f"{key} is there twice"
            assert not math.isnan(sample.value), key
            found[key] = sample.value
        if family.type == "histogram":
            check_histogram(family)
    return found


def check_histogram(family):
    by_labels = {}
    for sample in family.samples:
        labels = {label: value for label, value in sample.labels.items() if label != "le"}
        by_labels.setdefault(name(family.name, **labels), []).append(sample)
    for key, samples in by_labels.items():
        buckets = [(float(one.labels["le"]), one.value) for one in samples if one.name.endswith("_bucket")]
        assert buckets == sorted(buckets) and buckets[-1][0] == math.inf, key
        assert [count for _, count in buckets] == sorted(count for _, count in buckets), key
        assert buckets[-1][1] == next(one.value for one in samples if one.name.endswith("_count")), key


def name(metric, **labels):
    text = ",".join(f"{label}={value}" for label, value in sorted(labels.items()))
    return f"{metric}{{{text}}}" if text else metric

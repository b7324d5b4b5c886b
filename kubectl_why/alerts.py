"""--alerts: rules for Prometheus that fire on what `kubectl why` explains, and name the command to type.

They read the metrics of kube-state-metrics v2 (docs/metrics/workload of it), and container_oom_events_total of the kubelet's
cAdvisor. The rules stand in alerts.yaml.
"""

from __future__ import annotations

import json
import pkgutil
import textwrap
from collections.abc import Callable

_ABOUT = """\
# Rules of kubectl why for Prometheus. They read kube-state-metrics 2.x, scraped with honor_labels: true, and the kubelet's
# cAdvisor; a metric that is not there fires nothing.
"""
_HEAD = """\
# Where the operator picks rules by a label (ruleSelector), add it below: kube-prometheus-stack wants its release's.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: kubectl-why
  labels:
    app.kubernetes.io/name: kubectl-why
spec:
"""


def rule_file() -> str:
    """A rule file as Prometheus itself loads it."""
    return _ABOUT + _rules()


def prometheus_rule() -> str:
    """A PrometheusRule of the Prometheus operator, as YAML that kubectl can apply."""
    return _ABOUT + _HEAD + textwrap.indent(_rules(), "  ")


def prometheus_rule_json() -> str:
    """The same as JSON."""
    import yaml

    return json.dumps(yaml.safe_load(prometheus_rule()), indent=4)


def _rules() -> str:
    data = pkgutil.get_data(__package__, "alerts.yaml")
    assert data is not None  # it is installed beside this file
    return data.decode().rstrip()


FORMATS: dict[str, Callable[[], str]] = {
    "table": prometheus_rule,
    "yaml": prometheus_rule,
    "json": prometheus_rule_json,
    "rules": rule_file,
}
"""-o and what it prints; a table of rules would be of no use, and the default is what kubectl can apply."""

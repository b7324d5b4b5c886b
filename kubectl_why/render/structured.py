"""-o json and -o yaml: the contract (docs/json.md). The one place where Python's spelling becomes Kubernetes'."""

from __future__ import annotations

import json
from typing import Any

from ..model import Diagnosis, Evidence, NotChecked, Remedy, Verdict
from ..redact import printable

_WORDS = {"field_path": "fieldPath", "last_timestamp": "lastTimestamp"}


def plain(diagnosis: Diagnosis) -> dict[str, Any]:
    """The diagnosis as plain JSON data."""
    kind, namespace, name = diagnosis.target
    return {
        "apiVersion": "kubectl-why/v1",
        "kind": "Diagnosis",
        "target": {"kind": kind, "namespace": namespace, "name": name},
        "status": diagnosis.status,
        **_present(
            ready=diagnosis.ready or None,
            restarts=diagnosis.restarts,
            nextTrySeconds=None if diagnosis.next_try is None else round(diagnosis.next_try),
            pattern=diagnosis.pattern,
            note=diagnosis.note or None,
            rollout=diagnosis.rollout or None,
            inside=diagnosis.inside or None,
            siblings=diagnosis.siblings._asdict() if diagnosis.siblings else None,
        ),
        "verdict": diagnosis.verdict,
        "verdicts": [_verdict(verdict) for verdict in diagnosis.verdicts if not verdict.cause.is_symptom],
        "notChecked": [_not_checked(item) for item in diagnosis.not_checked],
        **_present(
            symptoms=[verdict.finding.message for verdict in diagnosis.verdicts if verdict.cause.is_symptom] or None,
            broken=list(diagnosis.broken) or None,
        ),
    }


def _present(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    finding = verdict.finding
    return {
        "cause": verdict.cause.id,
        "family": verdict.cause.family,
        "confidence": finding.confidence.value,
        "container": finding.container,
        "message": finding.message,
        "evidence": [_evidence(item) for item in finding.evidence],
        "remedies": [_remedy(item) for item in finding.remedies],
        "because": [_verdict(inner) for inner in verdict.because],
        "explains": sorted({other.cause.id for other in verdict.explained}),
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    fields = {_WORDS.get(name, name): value for name, value in evidence._asdict().items()}
    return {name: value for name, value in fields.items() if value is not None and value != ""} | {"value": evidence.value}


def _remedy(remedy: Remedy) -> dict[str, Any]:
    fields = _present(message=remedy.message or None, command=remedy.command)
    return {"kind": remedy.kind, **fields, "mutates": remedy.mutates}


def _not_checked(item: NotChecked) -> dict[str, Any]:
    return {"what": item.what, "reason": item.reason}


def as_json(diagnosis: Diagnosis) -> str:
    """Indented JSON, as kubectl prints it."""
    return json.dumps(plain(diagnosis), indent=4)


def as_yaml(diagnosis: Diagnosis) -> str:
    """The same as YAML."""
    return dump(plain(diagnosis))


def dump(data: dict[str, Any]) -> str:
    """Plain data as YAML, which has no halves of characters: there is a ? in their place."""
    import yaml  # not needed for any other format

    text = json.dumps(data, ensure_ascii=False).encode(errors="replace").decode()
    data = json.loads(text)
    # YAML counts as printable what turns the reading direction; letters of other scripts are kept.
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=printable(text) == text, width=120).rstrip("\n")


def as_name(diagnosis: Diagnosis) -> str:
    """The one word: the first verdict's cause, or the state."""
    return diagnosis.verdict

"""Makes this project's test cases and wire data from the recordings of a real cluster.

    python -m tests.convert ../shared/cases/dev ../shared/cases/triage ../shared/flows

A folder of cases becomes tests/cases/CAUSE/CASE, CAUSE being the first one that is right; a folder of exchanges gives
the discovery and the columns of tables that the replay server sends. Recordings are rearranged, never edited.
"""

import json
import sys
from pathlib import Path

import yaml

from tests.wire.recorded import Case, find_cases

HERE = Path(__file__).parent
KEPT = ("title", "target", "target_pods", "truth", "fix", "recorded")


def convert_case(case: Case, cases: Path):
    """Writes the folder of one case."""
    truth = case.about["truth"]
    folder = cases / (truth["cause"][0] if "cause" in truth else "triage") / case.name
    # what else is in the folder, such as the expected verdict, stays
    folder.mkdir(parents=True, exist_ok=True)
    about = {key: case.about[key] for key in KEPT if key in case.about}
    (folder / "case.yaml").write_text(yaml.safe_dump(about, sort_keys=False, allow_unicode=True, width=120))
    (folder / "manifest.yaml").write_text(case.about["manifests"])
    for index, step in enumerate(case.about.get("then", []), 1):
        # `after` counts seconds from the step before
        text = f"# applied {step['after']} s later\n{step['apply']}"
        (folder / f"manifest-then-{index}.yaml").write_text(text)
    (folder / "objects.json").write_text(one_object_a_line(case.objects))
    for log in (case.folder / "logs").rglob("*.log"):
        copy = folder / log.relative_to(case.folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(log.read_bytes())


def one_object_a_line(objects: dict[str, list[dict]]) -> str:
    """JSON that is small, stable, and changes by lines."""
    lists = (
        f'"{key}": [\n' + ",\n".join(json.dumps(item, sort_keys=True, ensure_ascii=False) for item in items) + "\n]"
        for key, items in sorted(objects.items())
    )
    return "{\n" + ",\n".join(lists) + "\n}\n"


def convert_wire(flows: Path, wire: Path):
    """Writes discovery.json and tables.json."""
    discovery = {"aggregated": {}}
    for exchange in json.loads((flows / "discovery.json").read_text()):
        place = discovery["aggregated"] if "APIGroupDiscoveryList" in exchange["accept"] else discovery
        if exchange["path"] in ("/version", "/api", "/apis"):
            place[exchange["path"]] = exchange["response"]
    columns = {
        exchange["path"].partition("?")[0].rpartition("/")[2]: exchange["response"]["columnDefinitions"]
        for exchange in json.loads((flows / "tables.json").read_text())
    }
    for name, value in (("discovery", discovery), ("tables", columns)):
        (wire / f"{name}.json").write_text(json.dumps(value, separators=(",", ":"), sort_keys=True) + "\n")


def main(folders: list[str]):
    for folder in map(Path, folders):
        if (folder / "discovery.json").is_file():
            convert_wire(folder, HERE / "wire")
            continue
        for case in find_cases([folder]):
            convert_case(case, HERE / "cases")


if __name__ == "__main__":
    main(sys.argv[1:])

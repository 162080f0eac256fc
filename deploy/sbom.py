"""Write what the program stands on as a CycloneDX 1.6 document: every locked package, its hashes, and who needs it.

    python deploy/sbom.py dist/pactwatch.cdx.json

Made of the locks alone, so it is the same on every machine and needs no network. It is no list of what is installed: a
package may stand in it in two versions where the lock has one for each Python; `pactwatch:when` says which is for whom.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = {"requirements/run.txt": "required", "requirements/semantic.txt": "optional"}
"""Each lock with the scope of what no lock before it has."""
_NAMESPACE = uuid.UUID("8b0f1f6e-7c0a-4b5c-9d57-2f8f3f0f6a11")


def bill(root: Path = ROOT) -> dict[str, Any]:
    """The document, from the project file and the locks under `root`."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    itself = f"pkg:pypi/{project['name']}@{project['version']}"
    components: dict[str, dict[str, Any]] = {}
    needed_by: dict[str, set[str]] = {}
    for lock, scope in LOCKS.items():
        for requirement, hashes, parents in _locked((root / lock).read_text(encoding="utf-8")):
            component = _component(requirement, hashes, scope)
            components.setdefault(component["purl"], component)
            needed_by.setdefault(component["purl"], set()).update(parents)
    main = {
        "type": "application",
        "bom-ref": itself,
        "name": project["name"],
        "version": project["version"],
        "description": project["description"],
        "licenses": [{"license": {"id": project["license"]}}],
        "purl": itself,
    }
    found = [components[purl] for purl in sorted(components)]
    content = json.dumps([main, found], sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        # Of the content, so that the same locks give the same file.
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, content)}",
        "version": 1,
        "metadata": {"component": main},
        "components": found,
        "dependencies": _dependencies([main, *found], needed_by),
    }


def _locked(text: str) -> Iterator[tuple[Requirement, list[str], list[str]]]:
    """What the lock holds: the requirement, its SHA-256 hashes, and the names of the packages that need it."""
    for entry in re.split(r"\n(?=\S)", text):
        lines = [line.strip().removesuffix("\\").strip() for line in entry.splitlines() if not line.startswith("#")]
        if not lines:
            continue
        hashes = [line.removeprefix("--hash=sha256:") for line in lines if line.startswith("--hash=sha256:")]
        comments = [line.removeprefix("#").removeprefix(" via").strip() for line in lines if line.startswith("#")]
        yield Requirement(lines[0]), hashes, [name.split()[0] for name in comments if name]


def _component(requirement: Requirement, hashes: list[str], scope: str) -> dict[str, Any]:
    name, version = canonicalize_name(requirement.name), str(requirement.specifier).removeprefix("==")
    purl = f"pkg:pypi/{name}@{version}"
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "scope": scope,
        "purl": purl,
        # One hash for each file that may be installed for it. Where it comes from is the installer's business.
        "externalReferences": [
            {"type": "distribution", "url": purl, "hashes": [{"alg": "SHA-256", "content": each} for each in hashes]}
        ],
    }
    if requirement.marker is not None:
        component["properties"] = [{"name": "pactwatch:when", "value": str(requirement.marker)}]
    return component


def _dependencies(components: list[dict[str, Any]], needed_by: dict[str, set[str]]) -> list[dict[str, Any]]:
    return [
        {
            "ref": each["bom-ref"],
            "dependsOn": [purl for purl in sorted(needed_by) if each["name"] in needed_by[purl]],
        }
        for each in components
    ]


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    document = bill()
    target.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"{target}: {len(document['components'])} packages")

"""Prints the licences of all crates that a build for a platform contains: licences.py PLATFORM"""

import json
import pathlib
import re
import subprocess
import sys

NAMES = re.compile(r"(licen[cs]e|copying|notice|unlicense|copyright)", re.IGNORECASE)


def linked(platform):
    """The crates that become a part of the program, without the program itself."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", platform]
    metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    found, left = set(), [root]
    while left:
        node = left.pop()
        if node not in found:
            found.add(node)
            left += [dep["pkg"] for dep in nodes[node]["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])]
    crates = [package for package in metadata["packages"] if package["id"] in found - {root}]
    return sorted(crates, key=lambda crate: (crate["name"], crate["version"]))


def texts(crate):
    """The texts of a crate's licences, wherever the crate keeps them."""
    folder = pathlib.Path(crate["manifest_path"]).parent
    files = [path for path in folder.iterdir() if NAMES.match(path.name)]
    files += [path for inner in files if inner.is_dir() for path in inner.iterdir()]
    return [path.read_text(encoding="utf-8", errors="replace").strip() for path in sorted(files) if path.is_file()]


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    crates = linked(sys.argv[1])
    holders = {}
    print("graph-phone-conformance contains these crates:\n")
    for crate in crates:
        name = f"{crate['name']} {crate['version']}"
        found = texts(crate)
        print(f"{name}: {crate['license']}, {crate['repository'] or 'no repository'}{'' if found else ', without a text of its own'}")
        for text in found:
            holders.setdefault(text, []).append(name)
    for text, names in holders.items():
        print(f"\n{'-' * 80}\n{', '.join(names)}\n{'-' * 80}\n\n{text}")


main()

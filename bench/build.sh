#!/usr/bin/env bash
# Time `make html` in a fresh clone, beside the floor: what the cells need, divided by the cores, and Sphinx.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
git clone -q "$(dirname "$0")/.." "$folder/book"
cd "$folder/book"

seconds() {  # that a command takes, which says nothing unless it fails
  local begun=$EPOCHREALTIME
  "$@" >"$folder/log" 2>&1 || { cat "$folder/log" >&2; return 1; }
  python3 -c "print(f'{$EPOCHREALTIME - $begun:.1f}')"
}
tell() { printf '%-52s %6s\n' "$1" "$2"; }

tell "from nothing, installation included" "$(seconds make html) s"
tell "with no change" "$(seconds make html) s"
echo "# a comment" >>src/gdbook/rules.py
tell "after a comment in the package" "$(seconds make html) s"
echo "changed = True" >>src/gdbook/rules.py
tell "after a change of the package" "$(seconds make html) s"

rm -rf _build
GDBOOK_WORKERS=1 seconds make html >/dev/null
cells=$(python3 -c '
import json, pathlib
kept = pathlib.Path("_build/executed").rglob("*.json")
print(round(sum(json.loads(path.read_bytes())["seconds"] for path in kept), 1))')
tell "the cells, one chapter after the other" "$cells s"
rm -rf _build/html _build/doctrees
sphinx=$(seconds make html)
tell "Sphinx, when all cells have run" "$sphinx s"
rm -rf _build
cold=$(seconds make html)
tell "from nothing, all installed" "$cold s"
tell "floor: cells / $(nproc) cores + Sphinx" "$(python3 -c "print(round($cells / $(nproc) + $sphinx, 1))") s"
tell "ratio of the two" "$(python3 -c "print(f'{$cold / ($cells / $(nproc) + $sphinx):.2f}')")"

#!/usr/bin/env bash
# Time `make html` in a fresh clone: from nothing, after a change of the package, and with no change.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
git clone -q "$(dirname "$0")/.." "$folder/book"
cd "$folder/book"
TIMEFORMAT='%0R s'
echo -n "from nothing, installation included: "; time make html >/dev/null
echo -n "with no change:                      "; time make html >/dev/null
echo "# changed" >>src/gdbook/rules.py
echo -n "after a change of the package:       "; time make html >/dev/null
rm -rf _build
echo -n "from nothing, all installed:         "; time make html >/dev/null

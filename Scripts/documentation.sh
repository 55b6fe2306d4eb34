#!/usr/bin/env bash
# Builds the documentation of the libraries as one archive; a link that leads nowhere is an error.
#
#   Scripts/documentation.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-.build/documentation}
modules=(SourceText LongWork ComputeCosts ScalingLaws BudgetSearch BudgetDocuments TokenBudget BudgetReports ConfigEmbedding)

docc=$(command -v docc || true)
if [ -z "$docc" ]; then
  echo "documentation: docc is not in PATH; it comes with the Swift toolchain" >&2
  exit 1
fi

swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members >&2
graphs=$(find "$(swift build --show-bin-path)/.." -maxdepth 1 -name symbolgraph -type d | head -1)
chosen=$(mktemp -d)
trap 'rm -rf "$chosen"' EXIT
for module in "${modules[@]}"; do
  cp "$graphs/$module".symbols.json "$chosen"
  cp "$graphs/$module"@*.symbols.json "$chosen" 2>/dev/null || true
done

rm -rf "$folder"
"$docc" convert Sources/TokenBudget/TokenBudget.docc --additional-symbol-graph-dir "$chosen" \
  --output-dir "$folder" --warnings-as-errors \
  --fallback-display-name TokenBudget --fallback-bundle-identifier token-budget
echo "documentation: $folder" >&2

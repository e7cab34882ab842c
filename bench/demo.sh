#!/bin/sh
# The seed study from raw export to submission package: `demo.sh STUDY OUT [BUILD]`.
set -eu
study=$1
out=$2
build=${3:-$study/build}
echo "1. build, validate and package ${study} as a dry run (the export holds 64 kinds of mess, on purpose)"
package-submission "$study" --out "$out" --build "$build" --before-lock
echo
echo "2. would the gateway take it?"
tracelock package check "$out" --before-lock
echo
echo "3. where does a value come from?"
tracelock explain "$study" AE 01-025 AESPID=8 AESTDTC --out "$build"
echo
tracelock explain "$study" ADTTE 01-004 PARAMCD=OS ADT --out "$build"
echo
echo "4. what became of the raw data?"
tracelock account "$study" ae --out "$build"
echo
echo "5. may the database be locked?"
answer=0
tracelock lock "$study" --out "$build" || answer=$?
questions=$(tracelock lock "$study" --out "$build" --format json |
    sed -n 's/^  "says": "Blocked: \([0-9]*\) questions are open",$/\1/p') || true
if [ "$answer" -ne 1 ] || [ -z "$questions" ]; then
    echo "the demonstration expects a lock that is blocked by questions alone, and nothing else" >&2
    exit 1
fi
echo
echo "6. what does the study answer? (the tables and figures that the package carries)"
for result in ORR3M CRS PFS; do
    tracelock explain "$study" result "$result" --out "$build" | sed -n '1,14p'
    echo
done
tracelock explain "$study" result EMDM3 --not --out "$build"
echo
echo "Look at:"
echo "  ${out}/results/displays/index.html   the tables and figures, as HTML, RTF and DOCX"
echo "  ${build}/queries/             what the data manager sends, one file per site and owner"
echo "  ${build}/adam/figures.html    survival, cellular kinetics, responses, cytokines"
find "$out" -name 'report.html' -o -name 'define.html' -o -name 'csdrg.html' | sort | sed 's/^/  /'
echo
echo "Demo complete, packaged as a dry run. Lock: blocked, ${questions} questions open (64 kinds of mess, on purpose)."

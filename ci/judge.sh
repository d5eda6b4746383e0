#!/usr/bin/env bash
# What a pipeline does with a repository of rules and fact sheets: looks for mistakes in the rules, runs their tests, and judges what the branch touched.
# The GitHub Action runs it, and so may any other pipeline, the GitLab template among them.
#
#   PLUMB          the command; by default `plumb`
#   FACTS          fact sheets or folders of them, parted by spaces; by default as plumb.yaml says
#   SINCE          judge only what was touched since this revision; `auto`: since the branch that the pull request is for; empty: everything
#   ARGUMENTS      more options of `plumb eval`, parted by spaces
#   OPEN           `fail` (the default) or `pass`: what a run ends with that is left open
#   RESULTS        the folder for eval.json, eval.sarif, eval.md and eval.xml; by default plumb-results
#
# Ends with the first of 2, 1, 3 and 0 that one of the three leads to, as `plumb` does over many projects.
set -uo pipefail

plumb="${PLUMB:-plumb}"
results="${RESULTS:-plumb-results}"
read -r -a facts <<<"${FACTS:-}"
read -r -a arguments <<<"${ARGUMENTS:-}"
since="${SINCE:-}"
if [ "$since" = auto ]; then
  since="${GITHUB_BASE_REF:+origin/$GITHUB_BASE_REF}"
fi
if [ -n "$since" ]; then
  arguments+=(--changed-since "$since")
fi

# Annotations where they are shown, else words.
format=human
[ "${GITHUB_ACTIONS:-}" = true ] && format=github

# The graver of two exit codes.
graver() {
  local code
  for code in 2 1 3; do
    if [ "$1" -eq "$code" ] || [ "$2" -eq "$code" ]; then
      echo "$code"
      return
    fi
  done
  echo "$(($1 > $2 ? $1 : $2))"
}

# Runs the command under a heading that can be folded, and keeps the gravest code.
ended=0
step() {
  echo "::group::plumb $1"
  "$plumb" "$@" --format "$format"
  code=$?
  echo "::endgroup::"
  ended="$(graver "$ended" "$code")"
}
if [ "$format" = human ]; then
  step() {
    "$plumb" "$@" --format human
    code=$?
    ended="$(graver "$ended" "$code")"
  }
fi

mkdir -p "$results" || exit 2
step check
# Rules with errors can't be tested or run. What is wrong with them stands in the results all the same, and need not be said again in the log.
if [ "$code" -eq 0 ]; then
  step test
else
  exec 3>&1 >/dev/null
fi
step eval \
  --output "json=$results/eval.json" --output "sarif=$results/eval.sarif" --output "markdown=$results/eval.md" --output "junit=$results/eval.xml" \
  "${arguments[@]}" "${facts[@]}"

case "$ended" in
  0) standing=met ;;
  1) standing=not-met ;;
  3) standing=open ;;
  *) standing=could-not-run ;;
esac
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  {
    echo "exit-code=$ended"
    echo "standing=$standing"
    echo "results=$results"
  } >>"$GITHUB_OUTPUT"
fi
if [ "$ended" -eq 3 ] && [ "${OPEN:-fail}" = pass ]; then
  exit 0
fi
exit "$ended"

#!/usr/bin/env bash
# What a pipeline does with a repository of rules and fact sheets: looks for mistakes in the rules, runs their tests, and judges what the branch touched.
# The GitHub Action and the GitLab template run it, and so may any other pipeline, in the folder in which the repository begins.
#
#   PLUMB       the command; by default `plumb`
#   CONFIG      the plumb.yaml that counts; by default the nearest one
#   FACTS       fact sheets or folders of them, parted by spaces; by default as plumb.yaml says
#   SINCE       judge only what was touched since this revision; `auto`: since the branch that the pull request is for; empty: everything
#   ARGUMENTS   more options of `plumb eval`, parted by spaces
#   OPEN        `fail` (the default) or `pass`: how a run ends that the evidence leaves open
#   RESULTS     the folder for eval.json, eval.sarif, eval.md and eval.xml; by default plumb-results
#
# Ends with the first of 2, 1, 3 and 0 that one of the three leads to, as `plumb` does over many projects.
set -uo pipefail

plumb="${PLUMB:-plumb}"
results="${RESULTS:-plumb-results}"
read -r -d '' -a facts <<<"${FACTS:-}"
read -r -d '' -a arguments <<<"${ARGUMENTS:-}"
config=()
[ -n "${CONFIG:-}" ] && config=(--config "$CONFIG")
since="${SINCE:-}"
[ "$since" = auto ] && since="${GITHUB_BASE_REF:+origin/$GITHUB_BASE_REF}"
[ -n "$since" ] && arguments+=(--changed-since "$since")

# Annotations where they are shown, else words.
format=human
[ "${GITHUB_ACTIONS:-}" = true ] && format=github

ended=0
step() {
  "$plumb" "$@" ${config[@]+"${config[@]}"} --format "$format"
  code=$?
  # The graver of the two. A command that could not even be started counts as one that could not be run.
  case "$ended,$code" in
    *2* | *,[4-9]* | *,1[0-9]*) ended=2 ;;
    *1*) ended=1 ;;
    *3*) ended=3 ;;
  esac
}

mkdir -p "$results" || exit 2
step check
if [ "$code" -eq 0 ]; then
  step test
else
  # What is wrong with the rules has been said. The results say it as well.
  format=jsonl
  exec >/dev/null
fi
step eval ${facts[@]+"${facts[@]}"} ${arguments[@]+"${arguments[@]}"} \
  --output "json=$results/eval.json" --output "sarif=$results/eval.sarif" --output "markdown=$results/eval.md" --output "junit=$results/eval.xml"

case "$ended" in
  0) standing=met ;;
  1) standing=not-met ;;
  2) standing=could-not-run ;;
  *) standing=open ;;
esac
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  printf '%s\n' "exit-code=$ended" "standing=$standing" "results=$results" >>"$GITHUB_OUTPUT"
fi
if [ "$ended" -eq 3 ] && [ "${OPEN:-fail}" = pass ]; then
  exit 0
fi
exit "$ended"

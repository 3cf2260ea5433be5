/** Trials on one machine: a script for any POSIX shell. */
import { coreCount } from '../../backend/threads.js';
import { commentLines, shellWord } from '../quote.js';
import { makeFolders, thisProgram, trialCases, trialFunction } from './run-trial.js';
import { AT_ONCE, defineScheduler, RESOURCES } from './scheduler.js';

/** Workers that take trials, each of which only one of them takes; and what is to be said at the end. */
const WORKERS = `worker() {
  trap stop TERM
  for id in $ids; do
    [ -z "$terminated" ] || return
    mkdir "$taken/$id" 2>/dev/null || continue
    echo "$id: begins; $out/$id.log"
    one "$id" >>"$out/$id.log" 2>&1
    echo "$code" >"$taken/$id/code"
    echo "$id: ended with exit code $code"
    case $code in
    (129 | 130 | 143) return ;; # interrupted: no others begin
    esac
  done
}

workers=
stop_workers() {
  terminated=yes
  for worker in $workers; do kill -TERM "$worker" 2>/dev/null; done
}
trap stop_workers TERM
trap 'terminated=yes' INT
taken=$(mktemp -d) || exit
for _ in $slots; do
  worker &
  workers="$workers $!"
done
for worker in $workers; do await "$worker"; done

done=0 failed= missing=
for id in $ids; do
  code=$(cat "$taken/$id/code" 2>/dev/null)
  case $code in
  (0) done=$((done + 1)) ;;
  ('' | 129 | 130 | 143) missing="$missing $id" ;;
  (*) failed="$failed $id" ;;
  esac
done
rm -rf "$taken"
echo "done: $done trials"
[ -z "$missing" ] || echo "interrupted or not begun:$missing"
[ -z "$failed" ] || echo "failed, see the logs in $out:$failed"
[ -z "$missing$failed" ]`;

/** Trials on one machine. */
export const SHELL = defineScheduler({
  name: 'shell',
  summary: 'one machine: a script that runs some of them at a time',
  advice: 'save it as a file, and run it with sh; started again, it goes on with what is missing',
  needsFolder: false,
  options: {
    atOnce: { ...AT_ONCE, initial: 1 },
    cpus: { kind: RESOURCES.cpus.kind, help: 'cores of a trial (all of this machine, shared)' },
  },
  write: (job, { atOnce, cpus }) => {
    const { trials, folder, workingFolder, program = thisProgram(), madeBy } = job;
    const ids = trials.map(({ id }) => id);
    const share = cpus ?? Math.max(1, Math.floor(coreCount() / atOnce));
    const slots = Array.from({ length: Math.min(atOnce, trials.length) }, (_, i) => i + 1);
    const head = commentLines([
      madeBy,
      'Started again, it goes on with what is missing. One trial alone: sh THIS_FILE NAME',
    ]);
    return `#!/bin/sh
${head}
set -u
cd ${shellWord(workingFolder)} || exit
cpus=${share}
out=${shellWord(folder)}
ids='${ids.join(' ')}'
slots='${slots.join(' ')}'
${makeFolders(trials)}

${trialFunction(program)}

one() {
${trialCases(trials, '$1', ids)}
}

if [ "$#" -gt 0 ]; then
  trap stop TERM
  trap 'terminated=yes' INT # a terminal sends it to the run itself
  one "$1"
  exit "$code"
fi

${WORKERS}
`;
  },
});

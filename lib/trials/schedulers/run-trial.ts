/** What all schedulers' scripts share: how one trial is begun, resumed, stopped and recorded. */
import { fileURLToPath } from 'node:url';
import { shellWord, shellWords } from '../quote.js';
import { trialKey, type Trial } from '../trial.js';

/**
 * How this library's command is called where it is installed as here. Not with `npx`: that passes SIGTERM
 * on to a shell, not to the run.
 */
export function thisProgram(): string {
  return `node ${shellWord(fileURLToPath(new URL('../../cli/main.js', import.meta.url)))}`;
}

/**
 * The shell function `trial FOLDER KEY ARGUMENT...` of scripts for a POSIX shell.
 *
 * It needs `cpus`, the cores of the trial; the numbers of threads, which the last digits depend on, are
 * then the same on every machine. How the trial ended is left in `FOLDER.ended`: its exit code and the key
 * of its arguments.
 *
 * @param program - how the command is called, as words of a shell
 */
export function trialFunction(program: string): string {
  return `terminated= run=

# SIGTERM: the run saves itself and ends.
stop() {
  terminated=yes
  [ -z "$run" ] || kill -TERM "$run" 2>/dev/null
}

# Waits for a process although signals come; its exit code is in code.
await() {
  wait "$1"
  code=$?
  while [ "$code" -gt 128 ] && kill -0 "$1" 2>/dev/null; do
    wait "$1"
    code=$?
  done
}

# Begins the run of a trial, or resumes it. One that has ended with these arguments is left alone.
trial() {
  folder=$1 key=$2
  shift 2
  if [ -e "$folder/config.json" ] && [ "$(cat "$folder.ended" 2>/dev/null)" = "0 $key" ]; then
    echo "$folder: done before"
    code=0
    return
  fi
  case $1 in
  (search) threads=1 ;;
  (*) threads=$cpus ;;
  esac
  export TF_NUM_INTRAOP_THREADS="$threads" TF_NUM_INTEROP_THREADS="$cpus"
  [ ! -e "$folder/config.json" ] || set -- "$@" --resume
  code=143
  [ -z "$terminated" ] || return
  rm -f "$folder.ended"
  ${program} "$@" --out "$folder" &
  run=$!
  [ -z "$terminated" ] || kill -TERM "$run" 2>/dev/null
  await "$run"
  run=
  echo "$code $key" >"$folder.ended"
}`;
}

/** Makes the folders of all trials, so that a collector knows of those that have not begun. */
export function makeFolders(trials: readonly Trial[]): string {
  return `mkdir -p ${shellWords(trials.map(({ folder }) => folder))} || exit`;
}

/** The call of \`trial\` for a trial. */
export function trialCall(trial: Trial): string {
  return `trial ${shellWords([trial.folder, trialKey(trial), ...trial.args])}`;
}

/**
 * The case that calls the right trial.
 *
 * @param variable - whose value is compared with the labels, such as `$1`
 * @param labels - one for each trial
 */
export function trialCases(
  trials: readonly Trial[],
  variable: string,
  labels: readonly string[],
): string {
  const cases = trials.map((trial, i) => `(${labels[i]}) ${trialCall(trial)} ;;`);
  const otherwise = `(*) echo "expected one of ${trials.length} trials, got ${variable}" >&2; exit 2 ;;`;
  return [`case ${variable} in`, ...cases, otherwise, 'esac'].join('\n');
}

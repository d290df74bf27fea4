import type { RemoteMachine } from './machine.ts';
import type { JobOrder, SeenJob } from './ports.ts';
import { posixPath, posixWord, posixWords } from './posix-shell.ts';
import { JOB_OUTPUT } from './remote-layout.ts';

// Jobs of a box without a scheduler: processes in sessions of their own, which outlive the connection that has started them. Each waits for its turn
// and then for a place, by locks that the kernel frees when it ends, so nothing has to run that keeps a queue. What is known of a job lies in files
// of the box, a folder a job: a root may be on a disk that several boxes see.

/** The one place of a box on which no GPU is named. */
const ANY = 'any';

/** How long a job that is ended for good has for its checkpoint, in seconds. */
export const ENDING_SECONDS = 30;

/** What a job does: `folder`, `lab`, its own folder, the box's folder, then the places. */
const JOB = [
  'folder=$1 lab=$2 own=$3 box=$4; shift 4',
  // With the moment of its start, since the number may be given to another process.
  `echo "$$ $(cut -d ' ' -f 22 "/proc/$$/stat")" >"$own/process.tmp" && mv "$own/process.tmp" "$own/process"`,
  // In the order in which they came; whoever is the first of them looks for a place.
  'exec 8>"$box/turn"; flock 8',
  'place=',
  'while [ -z "$place" ]; do',
  '  for one in "$@"; do exec 7>"$box/place-$one"; if flock -n 7; then place=$one; break; fi; done',
  '  [ -n "$place" ] || sleep 1',
  'done',
  'exec 8>&-',
  `[ "$place" = ${ANY} ] || { CUDA_VISIBLE_DEVICES=$place; export CUDA_VISIBLE_DEVICES; }`,
  'echo "$place" >"$own/place"',
  // What ends the job is for the program, which has a checkpoint to save; this shell tells how it ended. Ignored signals would be so there, too.
  'trap : TERM',
  '"$lab" work "$folder"',
  'echo "$?" >"$own/code"',
].join('\n');

/** Whether the process of a job's folder is there: the words of a function `is_alive FOLDER`. */
const IS_ALIVE = [
  'is_alive() {',
  '  read -r pid start 2>/dev/null <"$1/process" || return 1',
  `  [ "$(cut -d ' ' -f 22 "/proc/$pid/stat" 2>/dev/null)" = "$start" ]`,
  '}',
].join('\n');

/** Says the id of the job of a block: of the one that is there, or of a new one. */
export function submitScript({ root, gpus }: RemoteMachine, { block, folder, lab }: JobOrder): string {
  const places = gpus.length === 0 ? [ANY] : gpus;
  return [
    ...onBox(root),
    IS_ALIVE,
    `own=$box/jobs/${block}`,
    // Two that submit the same block at once would start it twice.
    'exec 9>"$box/submitting"; flock 9',
    'if ! is_alive "$own"; then',
    '  rm -rf "$own"; mkdir -p "$own"',
    `  setsid nohup /bin/sh -c ${posixWord(JOB)} freezeout-job ${posixPath(folder)} ${posixPath(lab)} "$own" "$box" ${posixWords(places)} \\`,
    `    </dev/null >>${posixPath(`${folder}/${JOB_OUTPUT.box}`)} 2>&1 9>&- &`,
    '  tries=0',
    '  until [ -e "$own/process" ] || [ "$tries" -ge 100 ]; do sleep 0.1; tries=$((tries + 1)); done',
    '  [ -e "$own/process" ] || exit 1',
    'fi',
    `read -r pid start <"$own/process"; echo "${block}.$pid"`,
  ].join('\n');
}

/** Lists the jobs of the box, one a line, and forgets those that were over a month ago. */
export function jobsScript({ root }: RemoteMachine): string {
  return [
    ...onBox(root),
    IS_ALIVE,
    'find "$box/jobs" -mindepth 1 -maxdepth 1 -type d -mtime +30 2>/dev/null | while read -r old; do is_alive "$old" || rm -rf "$old"; done',
    'for own in "$box"/jobs/*; do',
    '  [ -e "$own/process" ] || continue',
    '  alive=no; is_alive "$own" && alive=yes',
    '  read -r pid start <"$own/process"',
    '  echo "job|$(basename "$own")|$pid|$alive|$(cat "$own/place" 2>/dev/null)|$(cat "$own/code" 2>/dev/null)|$(uname -n)"',
    'done',
  ].join('\n');
}

/** Ends the processes of a job: first so that they can save a checkpoint. */
export function cancelScript({ root }: RemoteMachine, id: string): string {
  const [block, pid] = partsOf(id);
  return [
    ...onBox(root),
    IS_ALIVE,
    `own=$box/jobs/${block}`,
    `is_alive "$own" && [ "$pid" = ${pid} ] || exit 0`,
    'kill -s TERM -- "-$pid"',
    'tries=0',
    `while is_alive "$own" && [ "$tries" -lt ${ENDING_SECONDS * 5} ]; do sleep 0.2; tries=$((tries + 1)); done`,
    'is_alive "$own" && kill -s KILL -- "-$pid"',
    'exit 0',
  ].join('\n');
}

/** The jobs among the lines that `jobsScript` writes. */
export function jobsOfBox(answer: string): readonly SeenJob[] {
  return answer.split('\n').flatMap((line): readonly SeenJob[] => {
    const [, block, pid, alive, place, code, node] =
      /^job\|([\w-]+)\|(\d+)\|(yes|no)\|([^|]*)\|(\d*)\|(.*)$/.exec(line) ?? [];
    if (block === undefined) return [];
    const seen = { block, id: `${block}.${pid}`, node, endsAt: null };
    if (alive === 'yes' && place === '') return [{ ...seen, state: 'waits', word: 'WAITS', reason: 'for a place' }];
    if (alive === 'yes')
      return [{ ...seen, state: 'runs', word: 'RUNS', reason: place === ANY ? null : `GPU ${place}` }];
    const reason = code === '' ? 'its process is gone' : `exit code ${code}`;
    return [{ ...seen, state: 'over', word: code === '' ? 'LOST' : 'ENDED', reason }];
  });
}

function partsOf(id: string): readonly [block: string, pid: string] {
  const [, block = 'none', pid = '0'] = /^([\w-]+)\.(\d+)$/.exec(id) ?? [];
  return [block, pid];
}

function onBox(root: string): readonly string[] {
  return [`box=${posixPath(root)}/box/$(uname -n)`, 'mkdir -p "$box/jobs"'];
}

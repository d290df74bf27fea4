/** Options of sbatch that a machine has a setting for, or the command line a better word. */
const NAMED_ELSEWHERE: Readonly<Record<string, string>> = {
  partition: 'partition',
  account: 'account',
  gres: 'gres',
  'cpus-per-task': 'cpus',
  mem: 'memory',
  time: 'time',
};

/** Options that we give ourselves, or with which a block would no longer be one job of one process that goes on by itself. */
const OURS = [
  ...['array', 'chdir', 'clusters', 'comment', 'error', 'export', 'export-file', 'help', 'hold', 'ignore-pbs', 'input'],
  ...['job-name', 'nodes', 'no-kill', 'no-requeue', 'ntasks', 'ntasks-per-node', 'open-mode', 'output', 'parsable'],
  ...['quiet', 'requeue', 'signal', 'test-only', 'usage', 'verbose', 'version', 'wait', 'wrap'],
];

/** Why an option of sbatch cannot be one of a machine's; null where it can. */
export function optionProblem(option: string): string | null {
  const [, name] = /^--([a-z][a-z0-9-]*)(=.*)?$/.exec(option) ?? [];
  if (name === undefined) return `must be a long option of sbatch, such as --qos=low, not "${option}"`;
  // sbatch takes the beginning of a name for the name.
  const setting = Object.keys(NAMED_ELSEWHERE).find((known) => known.startsWith(name));
  if (setting !== undefined) return `must not have --${name}: give it as "${NAMED_ELSEWHERE[setting]}"`;
  return OURS.some((known) => known.startsWith(name)) ? `must not have --${name}, which our own jobs need` : null;
}

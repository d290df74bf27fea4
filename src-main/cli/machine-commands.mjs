/** @typedef {import('../setup/plan.mjs').Extent} Extent */
/** @typedef {{ words: string, does: string, needs: Extent, load: () => Promise<import('./context.ts').DefineCommand> }} MachineCommand */

/**
 * A command about other machines.
 * @param {string} verb
 * @param {string} does
 * @param {keyof typeof import('./commands/machines.ts')} name
 * @returns {MachineCommand}
 */
function concernsMachines(verb, does, name) {
  const load = async () => (await import('./commands/machines.ts'))[name];
  return { words: `machines ${verb}`, does, needs: 'reading', load };
}

/**
 * The commands that are about other machines, a part of the table of all commands.
 * @type {readonly MachineCommand[]}
 */
export const machineCommands = [
  concernsMachines('list', 'List the other machines on which runs can train.', 'machinesListCommand'),
  concernsMachines(
    'add',
    'Name a machine that ssh reaches, a box or the login node of a cluster.',
    'machinesAddCommand',
  ),
  concernsMachines(
    'check',
    'Say what machines lack, and what to do about it: connection, disk, programs, Slurm, GPUs, set-up.',
    'machinesCheckCommand',
  ),
  concernsMachines(
    'set-up',
    'Copy this version of the program to a machine and set it up there. After an interruption, the same command continues.',
    'machinesSetUpCommand',
  ),
  concernsMachines('remove', 'Forget a machine; what is on it stays.', 'machinesRemoveCommand'),
  {
    words: 'datasets hash',
    does: 'Read a data set by its location, without a home, and say what tells its images from others: hosts ask other machines so.',
    needs: 'reading',
    load: async () => (await import('./commands/datasets-hash.ts')).datasetsHashCommand,
  },
  {
    words: 'weights hash',
    does: 'Read a file of weights and say its hash, without a home: so other machines are asked before anything begins with theirs.',
    needs: 'reading',
    load: async () => (await import('./commands/weights-hash.ts')).weightsHashCommand,
  },
  {
    words: 'work',
    does: 'Train the runs of a block in its folder, without a home: on a node of a cluster, or wherever its files are. After an end of any kind, the same command continues.',
    needs: 'training',
    load: async () => (await import('./commands/work.ts')).workCommand,
  },
  {
    words: 'follow',
    does: 'Tell a host, over stdin and stdout, what is new of the blocks below a folder of this machine: hosts start it, and it ends with them.',
    needs: 'reading',
    load: async () => (await import('./commands/follow.ts')).followCommand,
  },
  {
    words: 'serve',
    does: 'Have a home and answer all other programs: train what waits in its queue and what they ask for, until a signal or for as long as there is something to do.',
    needs: 'training',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
  },
  {
    words: 'dial-stdio',
    does: 'Join stdin and stdout with the program that has a home, which is started where there is none: how a home is reached from another machine.',
    needs: 'training',
    load: async () => (await import('./commands/dial-stdio.ts')).dialStdioCommand,
  },
  {
    words: 'jobs',
    does: 'List the blocks of runs that train on other machines: their jobs, where these stand and what they wait for. Brings home what is new of them.',
    needs: 'reading',
    load: async () => (await import('./commands/jobs.ts')).jobsCommand,
  },
];

import { type Command, Option } from 'commander';
import type { LabClient } from '#contract/client.ts';
import { badRequest } from '#core/errors.ts';
import { machineSchema } from '#core/machines/machine.ts';
import type { MachineReport } from '#core/machines/machine-report.ts';
import { DEFAULT_ROOT } from '#core/machines/remote-layout.ts';
import { setUpTitle } from '#core/machines/set-up-scripts.ts';
import { parse } from '#core/validation.ts';
import { type Context, contextOf, type DefineCommand, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { machineTable, reportText } from '../machine-text.ts';

export const machinesListCommand: DefineCommand = (command, surroundings) => {
  command.action(async () => {
    const context = contextOf(surroundings, command);
    const machines = await withLab(context, (client) => client.machines.list({}));
    context.terminal.answer(machines, () => machineTable(machines));
  });
  examples(command, ['machines list']);
};

interface AddOptions {
  readonly ssh?: string;
  readonly here?: boolean;
  readonly root: string;
  readonly gpu: readonly string[];
  readonly dataset: readonly string[];
  readonly slurm?: boolean;
  readonly partition?: string;
  readonly account?: string;
  readonly gres?: string;
  readonly cpus?: string;
  readonly memory?: string;
  readonly time?: string;
  readonly option: readonly string[];
  readonly before: readonly string[];
  readonly replace?: boolean;
}

export const machinesAddCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<name>', 'what the machine is called here')
    .addOption(new Option('--ssh <host>', 'the host, as ssh and its configuration know it').conflicts('here'))
    .option('--here', 'run commands on the spot, as on the login node itself')
    .option('--root <folder>', 'the folder of all that is ours there, on a disk that its nodes see', DEFAULT_ROOT)
    .addOption(many('--gpu <id>', 'a GPU of a box, as CUDA_VISIBLE_DEVICES names it: one block at a time on each'))
    .addOption(many('--dataset <name=folder>', 'a data set that is there already'))
    .option('--slurm', 'start runs by Slurm; any of the options below says so, too')
    .option('--partition <name>', 'of Slurm')
    .option('--account <name>', 'of Slurm')
    .option('--gres <resources>', 'such as gpu:a100:1')
    .option('--cpus <count>', 'processors for each job')
    .option('--memory <amount>', 'of each job, such as 32G')
    .option('--time <limit>', 'of each job, such as 08:00:00; runs go on in the next one')
    .addOption(many('--option <option>', 'a further option of sbatch, such as --option=--qos=low'))
    .addOption(many('--before <line>', "a line of the job's script that comes first, such as 'module load cuda/12.4'"))
    .option('--replace', 'in the place of a machine of that name')
    .action((name: string, options: AddOptions) => add(contextOf(surroundings, command), name, options));
  examples(command, [
    'machines add gpubox --ssh gpubox --gpu 0 --gpu 1',
    'machines add cluster --ssh login.uni.edu --root /scratch/me/freezeout --partition gpu --gres gpu:a100:1 --cpus 8 --time 08:00:00',
  ]);
};

function many(flags: string, description: string): Option {
  return new Option(flags, description)
    .argParser((value: string, all: readonly string[]) => [...all, value])
    .default([], 'none');
}

async function add(context: Context, name: string, options: AddOptions): Promise<void> {
  const machine = parse(machineSchema, machineOf(name, options), 'The machine');
  const { replace = false } = options;
  const added = await withLab(context, (client) => client.machines.add({ machine, replace }));
  context.terminal.answer(added, () => machineTable([added]));
  context.terminal.note(`Next: \`machines check ${name}\` and \`machines set-up ${name}\`.`);
}

function machineOf(name: string, options: AddOptions): unknown {
  const {
    ssh,
    here = false,
    root,
    gpu,
    dataset,
    slurm,
    partition,
    account,
    gres,
    cpus,
    memory,
    time,
    option,
    before,
  } = options;
  if (ssh === undefined && !here)
    throw badRequest('Say where the machine is: --ssh HOST, or --here for commands on the spot.');
  const given = {
    ...{ partition, account, gres, memory, time },
    ...(cpus === undefined ? {} : { cpus: Number(cpus) }),
    ...(option.length > 0 ? { options: option } : {}),
    ...(before.length > 0 ? { before } : {}),
  };
  const settings = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const bySlurm = slurm === true || Object.keys(settings).length > 0;
  const datasets = Object.fromEntries(dataset.map(datasetPlace));
  return { name, ssh: ssh ?? null, root, gpus: gpu, datasets, ...(bySlurm ? { slurm: settings } : {}) };
}

function datasetPlace(text: string): readonly [name: string, folder: string] {
  const at = text.indexOf('=');
  if (at < 1) throw badRequest(`--dataset takes a name and a folder, such as cifar10=/shared/cifar10, not "${text}".`);
  return [text.slice(0, at), text.slice(at + 1)];
}

export const machinesCheckCommand: DefineCommand = (command, surroundings) => {
  command.argument('[name]', 'the machine; without one, all are looked at').action(async (name: string | undefined) => {
    const context = contextOf(surroundings, command);
    const reports = await withLab(context, (client) => checked(client, name));
    context.terminal.answer(reports, () => reports.map(reportText).join('\n') || machineTable([]));
  });
  examples(command, ['machines check', 'machines check gpubox']);
};

async function checked(client: LabClient, name: string | undefined): Promise<readonly MachineReport[]> {
  const names = name === undefined ? (await client.machines.list({})).map((machine) => machine.name) : [name];
  return Promise.all(names.map((one) => client.machines.check({ machine: one })));
}

export const machinesSetUpCommand: DefineCommand = (command, surroundings) => {
  named(command).action(async (name: string) => {
    const context = contextOf(surroundings, command);
    const report = await withLab(context, (client) => setUp(context, client, name));
    context.terminal.answer(report, () => reportText(report));
  });
  examples(command, ['machines set-up cluster']);
};

/** Where the terminal has no line that is written over, each line of the set-up is one of its own. */
async function setUp({ terminal }: Context, client: LabClient, machine: string): Promise<MachineReport> {
  const ended = new AbortController();
  const stream = terminal.isLive ? null : await client.works.follow({}, { signal: ended.signal });
  const show = async (): Promise<void> => {
    let last: string | null = null;
    for await (const works of stream ?? []) {
      const detail = works.find(({ title }) => title === setUpTitle(machine))?.detail ?? null;
      if (detail !== null && detail !== last) terminal.note(`${machine}: ${detail}`);
      last = detail;
    }
  };
  void show().catch(() => undefined);
  try {
    return await client.machines.setUp({ machine });
  } finally {
    ended.abort();
  }
}

export const machinesRemoveCommand: DefineCommand = (command, surroundings) => {
  named(command).action(async (name: string) => {
    const context = contextOf(surroundings, command);
    const removed = await withLab(context, (client) => client.machines.remove({ machine: name }));
    context.terminal.answer(removed, () => `${name} is forgotten; what is on it stays.`);
  });
  examples(command, ['machines remove gpubox']);
};

function named(command: Command): Command {
  return command.argument('<name>', 'the machine');
}

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { endingWithUs } from '../../src-main/setup/run-program.mjs';
import { freePorts } from './loopback-ports.ts';
import { type SlurmPrograms, slurmPrograms } from './machine-programs.mjs';

const execute = promisify(execFile);

/** What `npm test` has found or installed; null where this machine has no Slurm, whose tests are then left out. */
export const slurm: SlurmPrograms | null = slurmPrograms();

/** A test must not open a port to others: without the two options, the daemons listen at all addresses. */
const ONLY_LOOPBACK = 'NoInAddrAny,NoCtldInAddrAny';
const START_LIMIT_MS = 30_000;
const ATTEMPTS = 3;

export interface SlurmOptions {
  readonly nodes?: number;
  /** Processors that each claims, whatever the machine has. */
  readonly cpus?: number;
  /** Seconds from SIGTERM to SIGKILL. */
  readonly killWait?: number;
}

/** A whole cluster of virtual nodes n1, n2 ... with the partitions `main` and `urgent`, which preempts. */
export interface SlurmCluster {
  readonly root: string;
  /** In which `sbatch` and its like speak to this cluster, added to one's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** What a program of Slurm's writes; throws what it says where it fails. */
  ask(program: string, ...args: readonly string[]): Promise<string>;
  readonly nodes: readonly string[];
  /** The daemons that run now. */
  readonly pids: readonly number[];
  /** Kills the daemon of a node, as if the node were gone; the processes of its jobs live on. */
  killNode(node: string): Promise<void>;
  startNode(node: string): void;
  /** Ends the controller, and starts it again with what it knew. */
  stopController(): Promise<void>;
  startController(): void;
  /** Ends all jobs and daemons, and removes the folder. */
  close(): Promise<void>;
}

/** Starts a cluster in a temporary folder, as this user, on the loopback address. It ends with this process, however that ends. */
export async function startSlurm(options: SlurmOptions = {}): Promise<SlurmCluster> {
  if (slurm === null) throw new Error('This machine has no Slurm.');
  for (let attempt = 1; ; attempt += 1) {
    const cluster = await TestCluster.create(slurm, options);
    try {
      await cluster.start();
      return cluster;
    } catch (error) {
      const logs = cluster.logs();
      await cluster.close();
      // Another program may have taken a port meanwhile.
      if (attempt >= ATTEMPTS) throw new Error(`The cluster did not start:\n${logs}`, { cause: error });
    }
  }
}

class TestCluster implements SlurmCluster {
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly nodes: readonly string[];
  readonly #daemons = new Map<string, ChildProcess>();
  readonly #stepDaemon: string | null;

  private constructor(root: string, programs: SlurmPrograms, nodes: readonly string[]) {
    this.root = root;
    this.nodes = nodes;
    this.environment = { ...programs.environment, SLURM_CONF: join(root, 'slurm.conf') };
    this.#stepDaemon = programs.stepDaemon;
  }

  static async create(
    programs: SlurmPrograms,
    { nodes: count = 2, cpus = 4, killWait = 5 }: SlurmOptions,
  ): Promise<TestCluster> {
    const root = await mkdtemp(join(tmpdir(), 'slurm-'));
    for (const name of ['state', 'spool', 'log']) mkdirSync(join(root, name));
    mkdirSync(join(root, 'munge'), { mode: 0o700 });
    writeFileSync(join(root, 'munge', 'key'), randomBytes(128), { mode: 0o400 });
    const nodes = Array.from({ length: count }, (_, index) => `n${index + 1}`);
    const [port, ...ports] = await freePorts(count + 1);
    const places = { root, port, nodes: nodes.map((name, index) => ({ name, port: ports[index] })) };
    writeFileSync(join(root, 'slurm.conf'), clusterText({ ...places, cpus, killWait, plugins: programs.plugins }));
    writeFileSync(join(root, 'gres.conf'), nodes.map(cardsText).join(''));
    writeFileSync(join(root, 'cgroup.conf'), 'CgroupPlugin=cgroup/v1\nCgroupAutomount=no\nIgnoreSystemd=yes\n');
    return new TestCluster(root, programs, nodes);
  }

  get pids(): readonly number[] {
    return [...this.#daemons.values()].flatMap(({ pid }) => pid ?? []);
  }

  async start(): Promise<void> {
    const file = (name: string) => join(this.root, 'munge', name);
    const files = ['socket', 'pid-file', 'log-file', 'seed-file'].map((name) => `--${name}=${file(name)}`);
    this.#spawn('munged', ['--foreground', '--force', `--key-file=${file('key')}`, ...files, '--num-threads=2']);
    this.#startController('-c');
    for (const node of this.nodes) this.startNode(node);
    const limit = performance.now() + START_LIMIT_MS;
    while (!(await this.#isIdle())) {
      const dead = [...this.#daemons].find(([, { exitCode }]) => exitCode !== null);
      if (dead !== undefined || performance.now() > limit) throw new Error(`${dead?.[0] ?? 'a daemon'} does not run`);
      await sleep(50);
    }
  }

  async #isIdle(): Promise<boolean> {
    try {
      const states = await this.ask('sinfo', '-h', '-N', '-p', 'main', '-o', '%T');
      return states.split('\n').filter((state) => state === 'idle').length === this.nodes.length;
    } catch {
      return false;
    }
  }

  async ask(program: string, ...args: readonly string[]): Promise<string> {
    const env = { ...process.env, ...this.environment };
    return (await execute(program, args, { env, timeout: 60_000 })).stdout;
  }

  async killNode(node: string): Promise<void> {
    await this.#end(node, 'SIGKILL');
  }

  startNode(node: string): void {
    const step = this.#stepDaemon === null ? [] : ['-d', this.#stepDaemon];
    this.#spawn('slurmd', [...step, '-D', '-f', this.environment.SLURM_CONF, '-N', node], node);
  }

  async stopController(): Promise<void> {
    await this.#end('slurmctld', 'SIGTERM');
  }

  startController(): void {
    this.#startController();
  }

  /** `-c` begins without what an earlier one knew. */
  #startController(...flags: readonly string[]): void {
    this.#spawn('slurmctld', ['-D', ...flags, '-f', this.environment.SLURM_CONF]);
  }

  logs(): string {
    const names = ['slurmctld', ...this.nodes, 'munged'];
    return names.map((name) => `${name}: ${readLog(join(this.root, 'log', name))}`).join('\n');
  }

  /** Jobs first, since a node's daemon waits for its steps, and one hangs where the controller went before it. */
  async close(): Promise<void> {
    if (this.#daemons.has('slurmctld')) await this.#endJobs();
    for (const name of [...this.nodes, 'slurmctld', 'munged']) await this.#end(name, 'SIGTERM');
    rmSync(this.root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }

  async #endJobs(): Promise<void> {
    try {
      for (const signal of [['--full', '--signal=KILL'], []])
        await this.ask('scancel', ...signal, '-u', userInfo().username);
      for (let look = 0; look < 50 && (await this.ask('squeue', '-h', '-t', 'R,CG,S', '-o', '%i')) !== ''; look += 1)
        await sleep(100);
    } catch {
      // A controller that does not answer, as after a failed start, has no jobs to end.
    }
  }

  #spawn(program: string, args: readonly string[], name = program): void {
    const [first, ...rest] = endingWithUs([program, ...args]);
    const env = { ...process.env, ...this.environment };
    // What one that crashes leaves stays in its folder.
    const child = spawn(first, rest, { env, cwd: this.root, stdio: ['ignore', 'pipe', 'pipe'] });
    const log = createWriteStream(join(this.root, 'log', name), { flags: 'a' });
    // The folder is removed while the last lines come.
    log.on('error', () => undefined);
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once('error', () => undefined);
    this.#daemons.set(name, child);
  }

  async #end(name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#daemons.get(name);
    this.#daemons.delete(name);
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const patience = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(patience);
  }
}

function readLog(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

interface ClusterText {
  readonly root: string;
  readonly port: number;
  readonly nodes: readonly { readonly name: string; readonly port: number }[];
  readonly cpus: number;
  readonly killWait: number;
  readonly plugins: string | null;
}

function clusterText({ root, port, nodes, cpus, killWait, plugins }: ClusterText): string {
  const [host] = hostname().split('.');
  const user = userInfo().username;
  return [
    'ClusterName=test',
    `SlurmctldHost=${host}(127.0.0.1)`,
    ...(plugins === null ? [] : [`PluginDir=${plugins}`, 'PlugStackConfig=/dev/null']),
    `SlurmUser=${user}`,
    `SlurmdUser=${user}`,
    'AuthType=auth/munge',
    'CredType=cred/munge',
    // A job that is requeued waits until its credential has expired, two minutes by default.
    `AuthInfo=socket=${root}/munge/socket,cred_expire=5`,
    `SlurmctldPort=${port}`,
    `SlurmctldPidFile=${root}/slurmctld.pid`,
    `SlurmdPidFile=${root}/slurmd.%n.pid`,
    `SlurmctldLogFile=${root}/log/slurmctld.log`,
    `SlurmdLogFile=${root}/log/slurmd.%n.log`,
    `StateSaveLocation=${root}/state`,
    `SlurmdSpoolDir=${root}/spool/%n`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'JobAcctGatherType=jobacct_gather/none',
    'AccountingStorageType=accounting_storage/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core',
    'SwitchType=switch/none',
    'MpiDefault=none',
    'ReturnToService=2',
    'SchedulerType=sched/backfill',
    'SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=1,sched_min_interval=0',
    `KillWait=${killWait}`,
    'OverTimeLimit=0',
    'MinJobAge=300',
    'SlurmdTimeout=10',
    'SlurmctldTimeout=10',
    'InactiveLimit=0',
    'JobRequeue=1',
    'GresTypes=gpu',
    `CommunicationParameters=NoAddrCache,${ONLY_LOOPBACK}`,
    // A node may claim more than the machine has.
    'SlurmdParameters=config_overrides',
    'PreemptType=preempt/partition_prio',
    'PreemptMode=REQUEUE',
    ...nodes.map(
      (node) =>
        `NodeName=${node.name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${node.port} CPUs=${cpus} RealMemory=4000 Gres=gpu:fake:2 Feature=fake State=UNKNOWN`,
    ),
    'PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1 GraceTime=3',
    'PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=10',
    '',
  ].join('\n');
}

/** Devices that every machine has stand for two cards: jobs then get their numbers in CUDA_VISIBLE_DEVICES. */
function cardsText(node: string): string {
  return ['/dev/null', '/dev/zero']
    .map((device) => `NodeName=${node} Name=gpu Type=fake File=${device} Flags=nvidia_gpu_env\n`)
    .join('');
}

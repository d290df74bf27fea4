/**
 * Trains studies in jobs of a Slurm of its own, and at random kills the host, the session that follows, a job, its trainer or a node, takes the
 * controller away or requeues a job. Nothing that was reported may be lost or counted twice, and all ends as it does undisturbed, bit for bit.
 *
 *   node test/soak/kill-blocks.ts            50 kills
 *   node test/soak/kill-blocks.ts 10 --seed 3
 *   node test/soak/kill-blocks.ts --quick    trainers without TensorFlow, in whose place made-up sums train: for a machine that does much else
 *
 * Ends with 1 where an event is missing or doubled, a measurement or a bit of the final weights differs, or a run does not finish.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { isAlive, readProcess } from '../support/processes.ts';
import { startSlurm } from '../support/slurm.ts';
import { homeWithCluster, machineRoot, quickTrainers, reopened, setUpHere } from '../support/slurm-home.ts';
import { drawsFrom } from './draws.ts';
import { differences, type Outcome, outcomeOf } from './run-outcome.ts';

const HOST = fileURLToPath(new URL('./block-host.ts', import.meta.url));
/** Two seeds, and so two jobs side by side, of a baseline and an arm. */
const STUDY = {
  base: {
    dataset: { kind: 'synthetic', classes: 4, height: 8, width: 8, channels: 3, train: 136, test: 40, seed: 0 },
    model: { kind: 'wide-resnet', depth: 10, width: 1 },
    ...{ train: 96, validation: 40, test: 40, epochs: 60, batchSize: 8, logEverySteps: 1 },
  },
  ...{ seeds: [1, 2], equalTimeBaseline: false, arms: [{ kind: 'freezeout', shape: 'cubic', t0: 0.5 }] },
};
/** A node comes back at once, or when the controller has given it up, which takes half a minute. */
const NODE_GONE_MS = [500, 40_000];
const AWAY_MS = 3000;
/** A file that is always there: quick trainers take half a second for an epoch, so that there is something to disturb. */
const SLOWED_BY = HOST;
/** Without a new epoch for so long, something hangs: a node that is lost takes a minute, and on a machine that does much else, programs take minutes to start. */
const PATIENCE_MS = 900_000;
const LOOK_MS = 100;

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const wanted = Number(positionals[0] ?? 50);
const below = drawsFrom(Number(values.seed));

const folder = mkdtempSync(join(tmpdir(), 'freezeout-blocks-'));
const home = join(folder, 'home');
const cluster = await startSlurm({ nodes: 2 });
Object.assign(process.env, cluster.environment);
const root = machineRoot(cluster);
await setUpHere(root, cluster, values.quick ? quickTrainers(SLOWED_BY) : []);
await (await homeWithCluster(home, root)).close('The soak begins.');

/** What can happen, each once in so many draws. */
const MISFORTUNES = { host: 4, session: 3, job: 3, trainer: 2, requeue: 2, controller: 1, node: 2 } as const;
type Misfortune = keyof typeof MISFORTUNES;

class Host {
  #child: ChildProcess;
  readonly #study: string;

  constructor(study: string) {
    this.#study = study;
    this.#child = this.#start();
  }

  #start(): ChildProcess {
    return spawn(process.execPath, [HOST, home, this.#study], { stdio: ['ignore', 'inherit', 'inherit'] });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null;
  }

  get code(): number | null {
    return this.#child.exitCode;
  }

  async killAndRestart(): Promise<void> {
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await ended;
    await sleep(below(AWAY_MS));
    this.#child = this.#start();
  }
}

const expected = await trained('undisturbed', () => Promise.resolve());
const told: Misfortune[] = [];
let studies = 0;
while (told.length < wanted) {
  studies += 1;
  const found = await trained(`disturbed ${studies}`, disturb);
  for (const [run, outcome] of found) {
    const apart = differences(expected.get(run) ?? outcome, outcome);
    if (apart.length > 0 || !expected.has(run)) await fail(`${run} of study ${studies} differs: ${apart.join(', ')}.`);
  }
}
await cluster.close();
rmSync(folder, { recursive: true });
const counts = Object.keys(MISFORTUNES).map((kind) => `${told.filter((one) => one === kind).length} ${kind}`);
console.log(
  `${told.length} kills in ${studies} studies of 4 runs (${counts.join(', ')}): the same events, sums and bits.`,
);

/** Trains the study under this name to its end, and gives what became of each run. */
async function trained(name: string, disturbing: (host: Host) => Promise<void>): Promise<ReadonlyMap<string, Outcome>> {
  const file = join(folder, 'study.json');
  writeFileSync(file, JSON.stringify({ ...STUDY, name }));
  const host = new Host(file);
  let [epochs, since] = [epochsStored(), performance.now()];
  while (!host.hasEnded) {
    await sleep(LOOK_MS);
    const now = epochsStored();
    if (now > epochs) {
      [epochs, since] = [now, performance.now()];
      await disturbing(host);
    } else if (performance.now() - since > PATIENCE_MS) await fail(`No epoch has come for ${PATIENCE_MS / 1000} s.`);
  }
  if (host.code !== 0) await fail(`The host ended with ${host.code}.`);
  return outcomes(name);
}

/** Seldom enough that every job gets further, often enough that few studies do. */
async function disturb(host: Host): Promise<void> {
  if (told.length >= wanted || below(6) > 0) return;
  const kind = drawn();
  await sleep(below(2000));
  if (!(await happens(kind, host))) return;
  told.push(kind);
  console.error(`kill ${told.length}: ${kind}`);
}

/** False where there was nothing to which it could happen. */
async function happens(kind: Misfortune, host: Host): Promise<boolean> {
  if (kind === 'host') return host.hasEnded ? false : host.killAndRestart().then(() => true);
  if (kind === 'session') return killOne(`\0follow\0--root\0${root}`);
  if (kind === 'job') return killOne(`\0work\0${root}`);
  if (kind === 'trainer') return killOne('trainer.ts');
  if (kind === 'node') return loseNode();
  if (kind === 'requeue') return requeue();
  await cluster.stopController();
  await sleep(below(AWAY_MS));
  cluster.startController();
  return true;
}

/** Kills one of the processes with this in their command lines, below this cluster. */
function killOne(words: string): boolean {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  const fitting = pids.filter((pid) => isAlive(pid) && isOurs(pid, words));
  if (fitting.length === 0) return false;
  process.kill(fitting[below(fitting.length)], 'SIGKILL');
  return true;
}

/** What belongs to another cluster on this machine is left alone. */
function isOurs(pid: number, words: string): boolean {
  const [line, environment] = ['cmdline', 'environ'].map((name) => readProcess(`/proc/${pid}/${name}`) ?? '');
  return line.includes(words) && environment.includes(`SLURM_CONF=${cluster.environment.SLURM_CONF}`);
}

async function loseNode(): Promise<boolean> {
  const node = cluster.nodes[below(cluster.nodes.length)];
  await cluster.killNode(node);
  await sleep(NODE_GONE_MS[below(NODE_GONE_MS.length)]);
  cluster.startNode(node);
  return true;
}

async function requeue(): Promise<boolean> {
  const ids = (await cluster.ask('squeue', '-h', '-t', 'R', '-o', '%i')).split('\n').filter((id) => id !== '');
  if (ids.length === 0) return false;
  // One that ends meanwhile cannot be requeued.
  return cluster.ask('scontrol', 'requeue', ids[below(ids.length)]).then(
    () => true,
    () => false,
  );
}

function epochsStored(): number {
  const database = new Database(join(home, 'lab.sqlite'), { readonly: true });
  const count = Number(database.prepare('SELECT count(*) FROM epochs').pluck().get());
  database.close();
  return count;
}

async function outcomes(study: string): Promise<ReadonlyMap<string, Outcome>> {
  const host = await reopened(home);
  const found = new Map<string, Outcome>();
  for (const { id, arm, seed } of (await host.client.studies.show({ study })).runs) {
    const { status, reason, elsewhere, lastSeq } = await host.client.runs.show({ run: id });
    if (status !== 'finished' || elsewhere === null) await fail(`${arm} ${seed} of ${study} is ${status}: ${reason}.`);
    // What a later attempt reported again is stored once, as it said it last.
    const seqs = (await host.client.runs.events({ run: id })).map(({ seq }) => seq);
    const isInOrder = seqs.every((seq, place) => place === 0 || seq > seqs[place - 1]) && seqs.at(-1) === lastSeq;
    if (!isInOrder)
      await fail(`The events of ${arm} ${seed} of ${study} are out of order, or end before number ${lastSeq}.`);
    found.set(`${arm} ${seed}`, outcomeOf(home, id, join(elsewhere?.folder ?? '', 'runs', id)));
  }
  await host.close('All is read.');
  return found;
}

async function fail(why: string): Promise<never> {
  console.error(`${why} After: ${told.join(', ') || 'nothing'}. What there is, is kept: ${folder}, ${cluster.root}`);
  process.exit(1);
}

function drawn(): Misfortune {
  const all = Object.entries(MISFORTUNES).flatMap(([kind, count]) => Array.from({ length: count }, () => kind));
  return all[below(all.length)] as Misfortune;
}

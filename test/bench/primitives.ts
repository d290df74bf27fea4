/**
 * Where does the time of a training step go, here and in PyTorch? Both write oneDNN's own trace (`ONEDNN_VERBOSE=1`); calls and milliseconds of a
 * step by kind of primitive, and what is left of the shortest step, which no primitive took.
 *
 *   node test/bench/primitives.ts --python V/bin/python                VGG-16, DenseNet-BC 40-12, WRN-16-2, ResNet-18 and MobileNetV2, unfrozen
 *   node test/bench/primitives.ts --python V/bin/python --only ResNet-18,VGG-16 --frozen 4 --side 32
 *   node test/bench/primitives.ts --steps 30 --detail                  our side alone, with each implementation and its shapes
 *
 * The time of a primitive is its shortest over the steps, so that other work on the machine counts little; the shortest step and what is left of it
 * are to be measured on a quiet machine. V is a virtual environment with torch and torchvision. Both sides take turns, step by step.
 */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { JudgedNetwork } from '#core/gpu-check/judged-networks.ts';
import { GPU_NETWORKS } from '#core/gpu-check/judged-networks.ts';
import { trainerEnvironment } from '../../src-main/trainer-host/trainer-environment.ts';

const TRACE = 'onednn_verbose,';
const WARM_UP_STEPS = 3;

const { values: options } = parseArgs({
  options: {
    python: { type: 'string' },
    only: { type: 'string' },
    frozen: { type: 'string', default: '0' },
    side: { type: 'string' },
    steps: { type: 'string', default: '15' },
    detail: { type: 'boolean', default: false },
  },
});
const frozen = Number(options.frozen);

/** A primitive that a step has run. */
interface Executed {
  readonly kind: string;
  /** Its implementation, formats and sizes. */
  readonly what: string;
  readonly milliseconds: number;
}

interface TracedStep {
  readonly milliseconds: number;
  readonly executed: readonly Executed[];
}

/** A process that answers each line by a line, between those of the trace. */
class TracedProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor([program, ...args]: readonly [string, ...string[]], environment: NodeJS.ProcessEnv) {
    this.#child = spawn(program, args, { env: { ...environment, ONEDNN_VERBOSE: '1' } });
    this.#child.stderr.pipe(process.stderr);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async answer(): Promise<{ readonly answer: unknown; readonly executed: readonly Executed[] }> {
    const executed: Executed[] = [];
    for (;;) {
      const { value: line, done } = await this.#lines.next();
      if (done) throw new Error('A side has ended: see its message above.');
      if (!line.startsWith(TRACE)) return { answer: JSON.parse(line), executed };
      const one = executedIn(line);
      if (one !== null) executed.push(one);
    }
  }

  ask(request: unknown) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.answer();
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

type Side = { readonly name: string; step(): Promise<TracedStep>; end(): void };

for (const network of networks()) await account(network);

function networks(): readonly JudgedNetwork[] {
  const names = options.only?.split(',');
  const chosen = GPU_NETWORKS.filter(({ name }) => names === undefined || names.includes(name));
  return options.side === undefined ? chosen : chosen.map((network) => ({ ...network, side: Number(options.side) }));
}

async function account(network: JudgedNetwork): Promise<void> {
  const sides = [
    await ourSide(network),
    ...(options.python === undefined ? [] : [await pyTorch(network, options.python)]),
  ];
  const traced = sides.map((): TracedStep[] => []);
  for (let step = -WARM_UP_STEPS; step < Number(options.steps); step++) {
    for (const [place, side] of sides.entries()) {
      const one = await side.step();
      if (step >= 0) traced[place].push(one);
    }
  }
  for (const side of sides) side.end();
  const { name, side, batchSize } = network;
  console.log(`\n${name}, batch ${batchSize}, ${side}x${side}x3, ${frozen} layers frozen; calls and ms a step`);
  report(
    sides.map(({ name: of }) => of),
    traced,
  );
}

async function ourSide(network: JudgedNetwork): Promise<Side> {
  const entry = fileURLToPath(new URL('../../src-main/gpu-steps.ts', import.meta.url));
  const process_ = new TracedProcess([process.execPath, entry, 'cpu', 'cpu'], trainerEnvironment({}, null));
  await process_.ask({ ask: 'open', network });
  return {
    name: 'ours',
    step: async () => {
      const { answer, executed } = await process_.ask({ ask: 'steps', frozenLayers: frozen, count: 1 });
      const [milliseconds] = (answer as { answer: { milliseconds: number[] } }).answer.milliseconds;
      return { milliseconds, executed };
    },
    end: () => process_.end(),
  };
}

async function pyTorch({ model, side, batchSize }: JudgedNetwork, python: string): Promise<Side> {
  const script = fileURLToPath(new URL('step_time.py', import.meta.url));
  const process_ = new TracedProcess([python, '-B', script], process.env);
  await process_.answer();
  const request = { model, frozen, batch: batchSize, side, channels: 3, variant: 'eager' };
  return {
    name: 'PyTorch',
    step: async () => {
      const { answer, executed } = await process_.ask(request);
      return { milliseconds: answer as number, executed };
    },
    end: () => process_.end(),
  };
}

/** `...,exec,cpu,KIND,IMPLEMENTATION,PROPAGATION,FORMATS,ATTRIBUTES,ALGORITHM,SIZES,MILLISECONDS`, after a version. */
function executedIn(line: string): Executed | null {
  const fields = line.split(',');
  const start = fields.indexOf('exec');
  if (start < 0) return null;
  const [, , primitive, implementation, propagation, ...others] = fields.slice(start);
  const milliseconds = Number(others.pop());
  const direction = propagation.startsWith('forward') ? 'forward' : propagation;
  const kind = propagation === 'undef' ? primitive : `${primitive}, ${direction}`;
  return { kind, what: `${implementation} ${others.join(' ')}`, milliseconds };
}

interface Sum {
  calls: number;
  milliseconds: number;
}

/** The nth call of a primitive of a step is the nth of every step. */
function sumsOf(steps: readonly TracedStep[], keyOf: (one: Executed) => string): ReadonlyMap<string, Sum> {
  const shortest = new Map<string, { readonly of: Executed; milliseconds: number }>();
  for (const { executed } of steps) {
    const counts = new Map<string, number>();
    for (const one of executed) {
      const same = `${one.kind} ${one.what}`;
      const place = counts.get(same) ?? 0;
      counts.set(same, place + 1);
      const key = `${same} ${place}`;
      const known = shortest.get(key)?.milliseconds ?? Number.POSITIVE_INFINITY;
      shortest.set(key, { of: one, milliseconds: Math.min(known, one.milliseconds) });
    }
  }
  const sums = new Map<string, Sum>();
  for (const { of, milliseconds } of shortest.values()) {
    const sum = sums.get(keyOf(of)) ?? { calls: 0, milliseconds: 0 };
    sums.set(keyOf(of), { calls: sum.calls + 1, milliseconds: sum.milliseconds + milliseconds });
  }
  return sums;
}

function report(names: readonly string[], traced: readonly (readonly TracedStep[])[]): void {
  const row = (title: string, cells: readonly string[]) =>
    console.log([title.padEnd(34), ...cells.map((cell) => cell.padStart(18))].join(''));
  row('', names);
  const cell = (sum: Sum | undefined) => (sum === undefined ? '-' : `${sum.calls}, ${sum.milliseconds.toFixed(1)}`);
  const kinds = traced.map((steps) => sumsOf(steps, ({ kind }) => kind));
  for (const kind of [...new Set(kinds.flatMap((sums) => [...sums.keys()]))].sort()) {
    row(
      kind,
      kinds.map((sums) => cell(sums.get(kind))),
    );
  }
  const steps = traced.map((of) => Math.min(...of.map(({ milliseconds }) => milliseconds)));
  const within = kinds.map((sums) => [...sums.values()].reduce((sum, { milliseconds }) => sum + milliseconds, 0));
  row(
    'all primitives',
    within.map((milliseconds) => milliseconds.toFixed(1)),
  );
  row(
    'outside of them',
    steps.map((milliseconds, place) => (milliseconds - within[place]).toFixed(1)),
  );
  row(
    'shortest step',
    steps.map((milliseconds) => milliseconds.toFixed(1)),
  );
  if (options.detail) reportDetail(names, traced);
}

function reportDetail(names: readonly string[], traced: readonly (readonly TracedStep[])[]): void {
  for (const [place, steps] of traced.entries()) {
    console.log(`\n${names[place]}, by implementation and sizes`);
    const sums = [...sumsOf(steps, ({ kind, what }) => `${kind}, ${what}`)];
    for (const [what, { calls, milliseconds }] of sums.sort(
      ([, one], [, other]) => other.milliseconds - one.milliseconds,
    ))
      console.log(`${milliseconds.toFixed(2).padStart(8)} ${`${calls}`.padStart(4)}  ${what}`);
  }
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AppError, messageOf } from '#core/errors.ts';
import type { GpuSetUp } from '#core/gpu-check/gpu-set-up.ts';
import type { JudgedNetwork } from '#core/gpu-check/judged-networks.ts';
import type { StepProcess } from '#core/gpu-check/step-requests.ts';
import { lastLineOf } from '#core/last-line.ts';
import { findProgram } from '../setup/places.mjs';
import type { CheckTools, ProfiledStep, TorchProcess, TrainedStudy } from './check.ts';
import { LineProcess } from './line-process.ts';
import { COPY_REPORT, countsPerStep, gpuCounts, KERNEL_REPORT } from './nsys-counts.ts';

const STEPS_ENTRY = fileURLToPath(new URL('../gpu-steps.ts', import.meta.url));
const TORCH_SCRIPT = fileURLToPath(new URL('pytorch/steps.py', import.meta.url));
const MEBIBYTE = 2 ** 20;
/** Steps of the two processes that are profiled. */
const PROFILED_STEPS = [10, 30] as const;
const PROFILED_APIS = [
  '--trace=cuda',
  '--sample=none',
  '--cpuctxsw=none',
  '--cuda-flush-interval=200',
  '--force-overwrite=true',
];

export interface ToolSources {
  readonly isQuick: boolean;
  readonly isRehearsal: boolean;
  readonly setUp: GpuSetUp;
  readonly folder: string;
  /** A trainer's. */
  readonly environment: NodeJS.ProcessEnv;
  /** The Python that has torch; null where none was named. */
  readonly python: string | null;
  /** Trains the quick study on what is checked. */
  readonly trainStudy: (progress: (share: number) => void, signal: AbortSignal) => Promise<TrainedStudy>;
}

/** Opens a process that makes single steps: on the processor, or where TensorFlow computes by itself. */
export function openSteps(
  environment: NodeJS.ProcessEnv,
  device: 'cpu' | 'auto',
  builtFor: 'cpu' | 'gpu',
): StepProcess & { close(): Promise<void> } {
  return stepsThrough(
    new LineProcess({ name: 'The training process', command: stepsCommand(device, builtFor), environment }),
  );
}

function stepsCommand(device: 'cpu' | 'auto', builtFor: 'cpu' | 'gpu'): readonly [string, ...string[]] {
  return [process.execPath, STEPS_ENTRY, device, builtFor];
}

function stepsThrough(lines: LineProcess): StepProcess & { close(): Promise<void> } {
  return {
    pid: lines.pid,
    ask: async (name, request) => {
      const said = (await lines.ask({ ask: name, ...request })) as { answer: never } | { failed: string };
      if ('failed' in said) throw new AppError('unavailable', said.failed);
      return said.answer;
    },
    close: () => lines.close(),
    end: () => lines.kill(),
  };
}

/** The tools of one part of the check; `end` ends what it has started. */
export function openTools(
  sources: ToolSources,
  progress: CheckTools['progress'],
): { readonly tools: CheckTools; end(): void } {
  const { environment, isRehearsal, python, folder, trainStudy } = sources;
  const opened: { end(): void }[] = [];
  const ended = new AbortController();
  const kept = <One extends { end(): void }>(one: One): One => {
    opened.push(one);
    return one;
  };
  const device = isRehearsal ? 'cpu' : 'auto';
  const tools: CheckTools = {
    ...sources,
    openChecked: (own = {}) => kept(openSteps({ ...environment, ...own }, device, 'gpu')),
    openProcessor: () => kept(openSteps(environment, 'cpu', 'cpu')),
    openTorch: () => (python === null ? null : kept(openTorch(python, isRehearsal ? 'cpu' : 'cuda'))),
    memoryOf: async (pid, residentBytes) => (isRehearsal ? residentBytes : await cardMemoryOf(pid)),
    profile: (network, frozenLayers) => profiled({ environment, folder, network, frozenLayers }, kept),
    trainQuickStudy: (told) => trainStudy(told, ended.signal),
    progress,
  };
  return {
    tools,
    end: () => {
      ended.abort();
      for (const one of opened.splice(0)) one.end();
    },
  };
}

function openTorch(python: string, device: 'cuda' | 'cpu'): TorchProcess {
  // Without files next to the script, which would count as sources of the program.
  const command = [python, '-B', TORCH_SCRIPT, device] as const;
  const lines = new LineProcess({ name: `PyTorch (${python})`, command, environment: process.env });
  return {
    pid: lines.pid,
    hello: async () => (await lines.ask({ hello: true })) as { version: string; device: string },
    step: async ({ model, side, batchSize }, frozen) =>
      (await lines.ask({ model, side, batch: batchSize, frozen })) as { milliseconds: number; residentBytes: number },
    end: () => lines.kill(),
  };
}

/** What the driver says that a process has of the cards' memory; null where it does not tell, as in some containers. */
async function cardMemoryOf(pid: number): Promise<number | null> {
  const query = ['--query-compute-apps=pid,used_memory', '--format=csv,noheader,nounits'];
  const answer = await promisify(execFile)('nvidia-smi', query).catch(() => null);
  if (answer === null) return null;
  const lines = answer.stdout.split('\n').map((line) => line.split(',').map(Number));
  const own = lines.filter(([of, used]) => of === pid && Number.isFinite(used)).map(([, used]) => used * MEBIBYTE);
  return own.length === 0 ? null : own.reduce((sum, bytes) => sum + bytes, 0);
}

interface Profiled {
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly network: JudgedNetwork;
  readonly frozenLayers: number;
}

async function profiled(of: Profiled, kept: <One extends { end(): void }>(one: One) => One): Promise<ProfiledStep> {
  const profiler = findProgram('nsys');
  if (profiler === null)
    throw new AppError(
      'not-found',
      "NVIDIA's profiler `nsys` is not on the PATH: install `nsight-systems` to count kernels and copies.",
    );
  const [fewer, more] = PROFILED_STEPS;
  const counts = async (steps: number) => ({ steps, counts: await countsOf(profiler, { ...of, steps }, kept) });
  return countsPerStep(await counts(fewer), await counts(more));
}

async function countsOf(
  profiler: string,
  { environment, folder, network, frozenLayers, steps }: Profiled & { readonly steps: number },
  kept: <One extends { end(): void }>(one: One) => One,
) {
  const file = join(folder, `profile-${steps}`);
  const command = [profiler, 'profile', ...PROFILED_APIS, `--output=${file}`, ...stepsCommand('auto', 'gpu')] as const;
  const process = kept(stepsThrough(new LineProcess({ name: 'nsys', command, environment })));
  await process.ask('open', { network });
  await process.ask('steps', { frozenLayers, count: steps });
  await process.close();
  const report = (name: string) =>
    statsOf(profiler, [
      'stats',
      `--report=${name}`,
      '--format=json',
      '--quiet',
      '--force-export=true',
      `${file}.nsys-rep`,
    ]);
  return gpuCounts(await report(KERNEL_REPORT), await report(COPY_REPORT));
}

async function statsOf(profiler: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(profiler, args, { maxBuffer: 2 ** 28 });
    // Without an event of a kind, there is no list.
    return stdout.slice(Math.max(0, stdout.indexOf('['))).trim() || '[]';
  } catch (error) {
    throw new AppError('unavailable', `nsys stats failed: ${lastLineOf(messageOf(error))}.`, { cause: error });
  }
}

import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { CheckProgress } from '#core/gpu-check/gpu-check-request.ts';
import type { GpuReport } from '#core/gpu-check/gpu-report.ts';
import type { CheckTools, GpuCheck } from '../../src-main/gpu-check/check.ts';
import { GPU_CHECKS } from '../../src-main/gpu-check/checks.ts';
import { runChecks } from '../../src-main/gpu-check/run-checks.ts';
import { setUpCheck } from '../../src-main/gpu-check/set-up-check.ts';

const setUp = {
  ...({ variant: 'gpu', version: '2.21.0', device: 'AMD EPYC', driver: null, card: null, usesGpu: false } as const),
  ...{ form: null, missingLibraries: ['libcuda.so.1'], visibleDevices: null, setUpCommand: 'set-up' },
};
const withCard = {
  ...setUp,
  usesGpu: true,
  driver: '550',
  card: 'NVIDIA L4',
  device: 'NVIDIA L4',
  form: 'channels first',
  missingLibraries: [],
};

function refused(): never {
  throw new Error('No process may be started here.');
}

/** What a check may do without a card: nothing. */
const noTools = {
  ...{ isQuick: true, isRehearsal: false, setUp, folder: '/nowhere' },
  ...{
    openChecked: refused,
    openProcessor: refused,
    openTorch: refused,
    memoryOf: refused,
    profile: refused,
    trainQuickStudy: refused,
  },
};

const check = (id: string, run: GpuCheck['run'], needsCard = true): GpuCheck => ({
  id,
  title: id,
  needsCard,
  seconds: () => 10,
  run,
});

interface Checked {
  readonly report: GpuReport;
  readonly kept: readonly GpuReport[];
  readonly told: readonly CheckProgress[];
  readonly ends: number;
}

async function checked(
  checks: readonly GpuCheck[],
  own: Partial<CheckTools> = {},
  stop = new AbortController(),
): Promise<Checked> {
  const [kept, told]: [GpuReport[], CheckProgress[]] = [[], []];
  let [ends, time] = [0, 0];
  const report = await runChecks({
    checks,
    report: { form: 1, program: '0', began: '', isQuick: true, isRehearsal: own.isRehearsal ?? false },
    toolsFor: (progress) => ({ tools: { ...noTools, ...own, progress }, end: () => ends++ }),
    signal: stop.signal,
    now: () => (time += 1000),
    onProgress: (progress) => told.push(progress),
    onReport: async (parts) => void kept.push(parts),
  });
  return { report, kept, told, ends };
}

const statesOf = ({ report }: Checked) => report.checks.map(({ id, state }) => [id, state]);

describe('without a card', () => {
  it('no part passes, none is started, and each says why', async () => {
    const found = await checked(GPU_CHECKS);
    expect(statesOf(found)).toEqual([
      ['set-up', 'failed'],
      ...['numbers', 'bits', 'steps', 'profile', 'study'].map((id) => [id, 'not-run']),
    ]);
    for (const { says } of found.report.checks.slice(1))
      expect(says).toEqual(["There is no card to run it on: NVIDIA's driver is not loaded."]);
    expect(found.report.checks[0].says[0]).toMatch(/driver is not loaded: install it/);
  });

  it('a rehearsal runs parts, and calls none of them passed', async () => {
    const parts = [
      check('good', async (_, findings) => findings.row([1])),
      check('bad', async (_, findings) => findings.fail('It differs.')),
    ];
    expect(statesOf(await checked(parts, { isRehearsal: true }))).toEqual([
      ['good', 'rehearsed'],
      ['bad', 'failed'],
    ]);
  });
});

describe('with a card', () => {
  const card = { setUp: withCard };

  it('the report names the form of graphs that was chosen for it', async () => {
    const { report } = await checked([setUpCheck], card);
    expect(report.checks[0].table?.rows).toContainEqual(['form of graphs', 'channels first']);
  });

  it('a part fails by what it finds, by what it needs and by an error of ours, and the others go on', async () => {
    const parts = [
      check('differs', async (_, findings) => findings.fail('It differs.')),
      check('needs', async () => {
        throw new AppError('unavailable', 'The training process ended.');
      }),
      check('broken', async () => {
        throw new TypeError('x is undefined');
      }),
      check('skipped', async (_, findings) => findings.skip('No profiler.')),
      check('good', async (_, findings) => findings.say('Fine.')),
    ];
    const { report, kept, ends } = await checked(parts, card);
    expect(report.checks.map(({ state, says }) => [state, says])).toEqual([
      ['failed', ['It differs.']],
      ['failed', ['The training process ended.']],
      ['failed', ['It failed unexpectedly: x is undefined.']],
      ['not-run', ['No profiler.']],
      ['passed', ['Fine.']],
    ]);
    expect(kept.map(({ checks }) => checks.length)).toEqual([1, 2, 3, 4, 5]);
    expect(ends).toBe(5);
  });

  it('Ctrl-C ends what runs, keeps what it has found, and begins nothing more', async () => {
    const stop = new AbortController();
    const parts = [
      check('first', async () => undefined),
      check('second', async (_, findings) => {
        findings.columns(['n']);
        findings.row([1]);
        stop.abort();
        throw new AppError('unavailable', 'The training process ended.');
      }),
      check('third', refused),
    ];
    const found = await checked(parts, card, stop);
    expect(statesOf(found)).toEqual([
      ['first', 'passed'],
      ['second', 'not-run'],
    ]);
    const [, second] = found.report.checks;
    expect(second.says[0]).toMatch(/^Ended by Ctrl-C/);
    expect(second.table?.rows).toEqual([[1]]);
    expect(found.kept.at(-1)).toEqual(found.report);
  });

  it('tells how far it is, and how long it still takes at the pace so far', async () => {
    const half = check('half', async ({ progress }) => progress(0.5, 'in its middle'));
    const { told } = await checked([half, half], card);
    expect(told.map(({ doing, done, parts }) => [doing, done, parts])).toEqual([
      ['half: begins', 0, 2],
      ['half: in its middle', 0, 2],
      ['half: begins', 1, 2],
      ['half: in its middle', 1, 2],
    ]);
    const left = told.map(({ secondsLeft }) => secondsLeft);
    expect(left[0]).toBe(20);
    expect(left).toEqual(left.toSorted((first, second) => second - first));
  });
});

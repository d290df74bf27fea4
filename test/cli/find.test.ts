import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import type { LabHost } from '#contract/host.ts';
import { translateErrors } from '#contract/wire.ts';
import type { SearchProgress } from '#core/find/progress.ts';
import { toJson } from '#core/numbers.ts';
import { runCommandLine } from '../../src-main/cli/program.ts';
import { createRouter } from '../../src-main/services/router.ts';
import type { OpenedLab } from '../support/lab-fixture.ts';
import { exportedLines, importLines, openLab, STUDY } from '../support/lab-fixture.ts';
import type { ScriptedTrainers } from '../support/scripted-trainers.ts';
import { finishing, scriptedTrainers } from '../support/scripted-trainers.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { FakeShell } from './fake-shell.ts';

const { base } = STUDY;
/** Points that freezing costs, by t0. */
type Costs = Readonly<Record<number, number>>;

/** Runs whose errors, of 100 images, scatter by some hundredths of a point around what is known of them; equal-time baselines lose ten points. */
function trainersOf(costs: Costs): ScriptedTrainers {
  return scriptedTrainers(({ arm, spec: { policy, seed } }) => {
    const scatter = 0.02 * ((seed * (arm ?? '').length) % 3);
    const named = policy.kind === 'freezeout' && policy.shape !== 'curve' ? policy.t0 : null;
    const late = 0.001 * seed;
    if (named !== null) return finishing((10 + costs[named] + scatter) / 100, 10 * named + late);
    return finishing((arm === 'baseline' ? 10 + scatter : 20 + scatter) / 100, arm === 'baseline' ? 10 + late : 6);
  });
}

/** The terminal in the program that owns the home. */
function terminalOf({ services }: OpenedLab) {
  const folder = temporaryFolder();
  const shell = new FakeShell({ folder });
  const host: LabHost = {
    client: createRouterClient(createRouter(services), { interceptors: [translateErrors] }),
    owner: true,
    readOnly: null,
    life: null,
    clients: () => 0,
    damage: Promise.resolve(null),
    lost: new Promise(() => {}),
    idle: () => services.queue.idle(),
    close: async (reason) => {
      await services.searches.close();
      await services.queue.close(reason);
    },
  };
  const tools = fakeTools(new FakeLab(), { openHost: async () => host });
  const lab = (...args: string[]) => runCommandLine([...args, '--home', 'home'], { tools, shell });
  return { folder, shell, lab };
}

/** A study of runs that were made up elsewhere, with these effects, imported into a home in which nothing can train. */
async function madeUp(costs: Costs): Promise<OpenedLab> {
  const elsewhere = await openLab(trainersOf(costs));
  const arms = Object.keys(costs).map(
    (t0) => ({ kind: 'freezeout', shape: 'cubic', t0: Number(t0), scaled: true }) as const,
  );
  const { studies, queue, exchange } = elsewhere.services;
  const equalTimeBaseline = true;
  await studies.start({
    ...STUDY,
    name: 'made up',
    arms: arms.map((arm) => ({ ...STUDY.arms[0], ...arm })),
    seeds: [1, 2, 3],
    equalTimeBaseline,
  });
  await queue.idle();
  const lab = await openLab(
    scriptedTrainers(() => {
      throw new Error('Nothing is to be trained.');
    }),
  );
  await importLines(lab, await exportedLines(exchange, 'made up'));
  return lab;
}

function lastLine(shell: FakeShell): SearchProgress & { readonly type: string } {
  return JSON.parse(shell.stdout.lines.at(-1) ?? '');
}

const SEARCH = ['find', 'made up', '--tolerance', '10', '--budget', '1h', '--among', '0.4,0.6,0.8'];

describe('find', () => {
  it.each([
    { costs: { 0.4: 40, 0.6: 1, 0.8: 0 }, t0: 0.6 },
    { costs: { 0.4: 1, 0.6: 1, 0.8: 0 }, t0: 0.4 },
    { costs: { 0.4: 50, 0.6: 40, 0.8: 1 }, t0: 0.8 },
    { costs: { 0.4: 60, 0.6: 50, 0.8: 40 }, t0: null },
  ])('recommends what made-up runs imply: $t0', async ({ costs, t0 }) => {
    const opened = await madeUp(costs);
    const { shell, lab } = terminalOf(opened);
    expect(await lab(...SEARCH, '--json')).toBe(0);
    const { type, ...said } = lastLine(shell);
    expect(type).toBe('search.finished');
    expect(said.recommendation).toMatchObject({ value: t0, end: 'complete' });
    // The same in the service, which the page asks.
    expect(JSON.parse(toJson(await opened.services.searches.show('made up')))).toEqual(said);
    if (t0 === null) return;
    const own = said.tried.find((candidate) => candidate.value === t0);
    expect(own?.errorDelta).toBeCloseTo(costs[t0 as keyof typeof costs], 1);
    expect(own?.saved.wall).toBeCloseTo(1 - t0, 3);
    expect(said.recommendation.againstEqualTime).toMatchObject({ seeds: [1, 2, 3], beats: true });
    const { arms } = await opened.services.studies.compare('made up');
    expect(arms.find(({ name }) => name === own?.arm)).toMatchObject({
      errorDelta: own?.errorDelta,
      ci: { wall: own?.ci.wall },
    });
  });

  it('says it in words, with its evidence', async () => {
    const opened = await madeUp({ 0.4: 40, 0.6: 1, 0.8: 0 });
    const { shell, lab } = terminalOf(opened);
    expect(await lab(...SEARCH)).toBe(0);
    expect(shell.stdout.text).toMatch(/t0 = 0\.4 with 3 pairs: error increase .* shown outside the tolerance/);
    expect(shell.stdout.text).toMatch(/0\.6 +3 .*40\.0 % \(\d+\.\d % to \d+\.\d %\) .*shown within the tolerance/);
    expect(shell.stdout.text).toContain((await opened.services.searches.show('made up')).recommendation.text);
  });

  it('trains round after round, each event a line of JSON', async () => {
    const opened = await openLab(trainersOf({ 0.4: 40, 0.6: 1, 0.8: 0 }));
    const { folder, shell, lab } = terminalOf(opened);
    await writeFile(join(folder, 'base.json'), JSON.stringify({ ...base, seed: 9 }));
    const options = ['--tolerance', '10', '--budget', '1h', '--among', '0.4,0.6,0.8', '--name', 'mine'];
    expect(await lab('find', 'base.json', ...options, '--json')).toBe(0);
    const lines = shell.stdout.lines.map((line) => JSON.parse(line));
    // Baseline, 0.6, 0.4 and equal time, with three seeds each.
    expect(lines.filter(({ type }) => type === 'run.started')).toHaveLength(12);
    expect(lines.filter(({ type }) => type === 'run.finished')).toHaveLength(12);
    expect(lastLine(shell)).toMatchObject({ name: 'mine', state: 'done', recommendation: { value: 0.6 } });
  });

  it('pauses at Ctrl-C, and the command that it names goes on', async () => {
    const finished = trainersOf({ 0.4: 40, 0.6: 1, 0.8: 0 });
    const opened = await openLab(finished);
    const { folder, shell, lab } = terminalOf(opened);
    await writeFile(join(folder, 'base.json'), JSON.stringify(base));
    const waiting = setInterval(() => finished.starts.length > 3 && shell.pressCtrlC(), 1);
    const code = await lab('find', 'base.json', '--tolerance', '0.5', '--budget', '1h', '--name', 'mine');
    clearInterval(waiting);
    expect(code).toBe(130);
    expect(shell.stderr.lines.at(-1)).toBe('Paused. Continue with: npm run lab -- find mine --home home');
    const { state } = await opened.services.searches.show('mine');
    expect(state).not.toBe('done');
  });

  it('goes to the machine that is named, with its options, and is refused where there is none', async () => {
    const { lab, shell, folder } = terminalOf(await openLab(trainersOf({})));
    await writeFile(join(folder, 'base.json'), JSON.stringify(base));
    const search = ['find', 'base.json', '--tolerance', '1', '--budget', '2h', '--among', '0.4,0.6'];
    expect(await lab(...search, '--time', '8:00:00')).toBe(2);
    expect(shell.stderr.text).toContain('are about another machine: name it with --on.');
    expect(await lab(...search, '--on', 'cluster')).not.toBe(0);
    expect(shell.stderr.text).toContain('There is no machine cluster');
  });

  it('refuses a search without tolerance or with a budget that is no time', async () => {
    const { folder, shell, lab } = terminalOf(await openLab(trainersOf({})));
    await writeFile(join(folder, 'base.json'), JSON.stringify(base));
    expect(await lab('find', 'base.json', '--budget', '1h')).toBe(2);
    expect(shell.stderr.text).toContain('Give --tolerance POINTS');
    expect(await lab('find', 'base.json', '--tolerance', '0.5', '--budget', '2 weeks')).toBe(2);
    expect(await lab('find', 'base.json', '--tolerance', '-1', '--budget', '1h')).toBe(2);
    expect(shell.stderr.lines.at(-1)).toContain('"tolerance" is not valid: must be above 0');
    expect(await lab('find', 'nothing')).toBe(2);
  });
});

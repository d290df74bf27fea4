import { describe, expect, it } from 'vitest';
import type { SearchProgress } from '#core/find/progress.ts';
import type { SearchRequest } from '#core/find/settings.ts';
import { searchRequestSchema } from '#core/find/settings.ts';
import type { OpenedLab } from '../support/lab-fixture.ts';
import { openLab, STUDY } from '../support/lab-fixture.ts';
import type { Script, ScriptedTrainers } from '../support/scripted-trainers.ts';
import { finishing, scriptedTrainers } from '../support/scripted-trainers.ts';
import { profiled } from '../support/store-fixtures.ts';

const { base } = STUDY;

function request(changes: Partial<SearchRequest> = {}): SearchRequest {
  return searchRequestSchema.parse({ tolerance: 10, budgetSeconds: 1e6, candidates: [0.4, 0.6, 0.8], ...changes });
}

type Start = ScriptedTrainers['starts'][number];

/** A baseline of 10 % of 100 images; below 0.5 freezing costs 40 points, from there on nothing; runs scatter by hundredths of a point. */
function known({ arm, spec }: Start): Script {
  const { policy, seed } = spec;
  const scatter = 0.0001 * ((seed * (arm === 'baseline' ? 3 : 5)) % 4);
  if (policy.kind !== 'freezeout' || policy.shape === 'curve') {
    return arm === 'baseline' ? finishing(0.1 + scatter, 10) : finishing(0.2 + scatter, 8);
  }
  const { events, end } = finishing((policy.t0 < 0.5 ? 0.5 : 0.1) + scatter, 10 * policy.t0);
  return { events: [profiled(1 - policy.t0, 0.5), ...events], end };
}

/** Until nothing trains any more. */
async function ended({ services }: Pick<OpenedLab, 'services'>, name: string): Promise<SearchProgress> {
  for (;;) {
    await services.queue.idle();
    const progress = await services.searches.show(name);
    if (progress.state !== 'training') return progress;
  }
}

function startsOf({ starts }: ScriptedTrainers) {
  return starts.map(({ arm, spec }) => `${arm} ${spec.seed}`);
}

describe('a search', () => {
  it('trains what the next look wants and nothing else, seed by seed, equal time last', async () => {
    const trainers = scriptedTrainers(known);
    const lab = await openLab(trainers);
    await lab.services.searches.start({ name: 'mine', base, search: request() });
    const { state, recommendation, bracket } = await ended(lab, 'mine');
    expect(state).toBe('done');
    expect(bracket).toEqual({ notShown: 0.4, shown: 0.6 });
    expect(recommendation).toMatchObject({ value: 0.6, arm: 'cubic scaled 0.6', end: 'complete' });
    const [middle, low] = ['cubic scaled 0.6', 'cubic scaled 0.4'];
    expect(startsOf(trainers)).toEqual([
      'baseline 1',
      ...[`${middle} 1`, 'baseline 2', `${middle} 2`, 'baseline 3', `${middle} 3`],
      ...[`${low} 1`, `${low} 2`, `${low} 3`],
      ...[1, 2, 3].map((seed) => `${middle}, equal time ${seed}`),
    ]);
  });

  it('gives the equal-time baseline the steps that the candidate measured to save', async () => {
    const trainers = scriptedTrainers(known);
    const lab = await openLab(trainers);
    await lab.services.searches.start({ name: 'mine', base, search: request() });
    const { recommendation } = await ended(lab, 'mine');
    const { arms } = await lab.services.studies.show('mine');
    expect(arms.find(({ role }) => role === 'equal-time')).toMatchObject({ steps: 60, stepsFrom: 'profile' });
    // 0.2 against 0.1.
    expect(recommendation.againstEqualTime).toMatchObject({ seeds: [1, 2, 3], beats: true });
    expect(recommendation.againstEqualTime?.errorDelta).toBeCloseTo(-10, 1);
  });

  it('is an ordinary study, whose comparison says the same numbers', async () => {
    const lab = await openLab(scriptedTrainers(known));
    await lab.services.searches.start({ name: 'mine', base, search: request() });
    const { tried } = await ended(lab, 'mine');
    const { arms } = await lab.services.studies.compare('mine');
    for (const { arm, errorDelta, saved, ci } of tried) {
      const compared = arms.find(({ name }) => name === arm);
      expect(compared).toMatchObject({ errorDelta, saved: { wall: saved.wall, profile: saved.profile } });
      expect(compared?.ci).toMatchObject({ errorDelta: ci.errorDelta, wall: ci.wall, profile: ci.profile });
    }
  });

  it('begins no round that does not fit into the budget, and goes on with a larger one', async () => {
    const trainers = scriptedTrainers(known);
    const lab = await openLab(trainers);
    // A run of the baseline takes 11.1 active seconds: five more of them do not fit.
    await lab.services.searches.start({ name: 'mine', base, search: request({ budgetSeconds: 60 }) });
    const small = await ended(lab, 'mine');
    expect(small).toMatchObject({ state: 'done', recommendation: { value: null, end: 'budget' } });
    expect(startsOf(trainers)).toEqual(['baseline 1']);
    await lab.services.searches.resume('mine', { budgetSeconds: 1e6 });
    expect((await ended(lab, 'mine')).recommendation).toMatchObject({ value: 0.6, end: 'complete' });
  });

  it('stops at any time and goes on where it was', async () => {
    const trainers = scriptedTrainers((start) =>
      trainers.starts.length === 3 ? { ...known(start), events: [], end: 'wait' } : known(start),
    );
    const lab = await openLab(trainers);
    await lab.services.searches.start({ name: 'mine', base, search: request() });
    while (trainers.starts.length < 3) await new Promise((resolve) => setImmediate(resolve));
    const stopped = await lab.services.searches.stop('mine');
    expect(stopped.state).toBe('waiting');
    await lab.services.queue.idle();
    const { runs } = await lab.services.studies.show('mine');
    expect(runs.map((run) => run.status).sort()).toEqual(['finished', 'finished', ...Array(4).fill('paused')]);
    await lab.services.searches.start({ name: 'mine', base, search: request() });
    expect((await ended(lab, 'mine')).recommendation.value).toBe(0.6);
    expect(new Set(startsOf(trainers)).size).toBe(trainers.starts.length - 1);
  });

  it('waits where a run fails, says why, and tries it again when it is asked to', async () => {
    const trainers = scriptedTrainers((start) =>
      trainers.starts.length === 2
        ? { events: [{ type: 'run.failed', step: null, reason: 'No memory.' }], end: null }
        : known(start),
    );
    const lab = await openLab(trainers);
    await lab.services.searches.start({ name: 'mine', base, search: request() });
    const failed = await ended(lab, 'mine');
    expect(failed.state).toBe('waiting');
    expect(failed.reason).toContain('No memory.');
    await lab.services.searches.resume('mine');
    expect((await ended(lab, 'mine')).recommendation.value).toBe(0.6);
  });

  it('takes a study that is there, and what it trained counts', async () => {
    const trainers = scriptedTrainers(known);
    const lab = await openLab(trainers);
    const policies = [{ kind: 'freezeout', shape: 'cubic', t0: 0.6, scaled: true }] as const;
    await lab.services.studies.start({ ...STUDY, arms: [...policies], seeds: [4, 5, 6], equalTimeBaseline: false });
    await lab.services.queue.idle();
    await lab.services.searches.start({ name: 'small', search: request({ equalTime: false }) });
    const { settings, recommendation } = await ended(lab, 'small');
    expect(settings.seeds).toEqual([4, 5, 6, 1, 2, 3, 7, 8]);
    expect(recommendation.value).toBe(0.6);
    expect(startsOf(trainers).slice(6)).toEqual([4, 5, 6].map((seed) => `cubic scaled 0.4 ${seed}`));
  });

  it('refuses another base, another tolerance, and a study that is not there', async () => {
    const lab = await openLab(scriptedTrainers(known));
    await lab.services.searches.start({ name: 'mine', base, search: request() });
    await ended(lab, 'mine');
    const { searches } = lab.services;
    await expect(
      searches.start({ name: 'mine', base: { ...base, epochs: 3 }, search: request() }),
    ).rejects.toMatchObject({ code: 'conflict' });
    await expect(searches.start({ name: 'mine', base, search: request({ tolerance: 1 }) })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(searches.start({ name: 'other', search: request() })).rejects.toMatchObject({ code: 'bad-request' });
    await expect(searches.show('nothing')).rejects.toMatchObject({ code: 'not-found' });
  });
});

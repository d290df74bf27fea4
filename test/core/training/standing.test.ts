import { describe, expect, it } from 'vitest';
import { FollowedTraining } from '#core/training/standing.ts';
import { epochFinished, eventsOf, sampled, sampleRun } from '../../cli/sample-run.ts';

describe('where a training stands', () => {
  it('counts steps within an epoch', () => {
    const progress = new FollowedTraining([sampleRun()], 0);
    expect(progress.standing()).toBeNull();
    progress.begin(sampleRun());
    expect(progress.standing()).toMatchObject({ step: 0, epoch: 1, msPerStep: null });
    for (const event of eventsOf('run1', [sampled(2, 2.5, 70)])) progress.apply(event);
    expect(progress.standing()).toMatchObject({ step: 3, epoch: 1, msPerStep: 70 });
  });

  it('takes the time of a step from the whole epoch once it is over', () => {
    const progress = new FollowedTraining([sampleRun()], 3);
    progress.begin(sampleRun({ status: 'running', epoch: 1 }));
    expect(progress.standing()).toMatchObject({ place: 4, runCount: 4, step: 5, epoch: 1 });
    for (const event of eventsOf('run1', [sampled(6, 2.5, 70), epochFinished(2, 1)])) progress.apply(event);
    expect(progress.standing()).toMatchObject({ step: 10, epoch: 2, frozenLayers: 1, msPerStep: 1000 });
  });
});

import { describe, expect, it } from 'vitest';
import type { LabClient } from '#contract/client.ts';
import { answerStudies } from '#core/analysis/answer/answer-studies.ts';
import { compareStudy } from '#core/analysis/comparison.ts';
import type { Policy } from '#core/policy/policy.ts';
import type { StudyRecord } from '#core/records.ts';
import { armsOf } from '#core/study.ts';
import type { Context } from '../../src-main/cli/context.ts';
import { printRecommendation } from '../../src-main/cli/recommendation.ts';
import { studyFixture } from '../support/study-fixture.ts';

const fixed = (layers: number): Policy => ({ kind: 'fixed', layers, frozenBatchNorm: 'frozen' });

function studyOf(policies: readonly Policy[]): StudyRecord {
  const arms = armsOf(policies, false).map((arm) => ({
    arm,
    runs: [1, 2, 3].map((seed) => ({ seed, testError: 0.1 + 0.0001 * seed, trainingSeconds: 100 - seed })),
  }));
  return studyFixture(arms, [1, 2, 3]);
}

async function printed(study: StudyRecord, json = false): Promise<string[]> {
  const lines: string[] = [];
  const comparison = compareStudy(study);
  const answer = async () => answerStudies([{ study, comparison }]);
  const context = { terminal: { json, line: (text: string) => lines.push(text) } } as unknown as Context;
  await printRecommendation(context, comparison, { studies: { answer } } as unknown as LabClient);
  return lines;
}

describe('the recommendation in the terminal', () => {
  it('is one line under a study that compares depths, and none in JSON', async () => {
    const [line, ...others] = await printed(studyOf([fixed(2), fixed(4)]));
    expect(line).toMatch(/^How many layers to freeze: Not decided yet.* No number of layers is shown to save time/);
    expect(others).toEqual([]);
    expect(await printed(studyOf([fixed(2), fixed(4)]), true)).toEqual([]);
  });

  it('is not there for other studies', async () => {
    expect(await printed(studyOf([{ kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true }]))).toEqual([]);
  });
});

import type { AnyContractProcedure, ContractRouter } from '@orpc/contract';
import { oc, type } from '@orpc/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DONE_ELSEWHERE } from '#contract/contract.ts';
import { pageContract } from '#contract/desktop.ts';
import { oneRun } from '#contract/fields.ts';
import type { Access } from '#contract/procedure.ts';
import { changes, reads, TEXTS_ALONE } from '#contract/procedure.ts';

const ENTRIES = Object.entries(pageContract).flatMap(([noun, entries]) =>
  Object.entries<AnyContractProcedure>(entries).map(([verb, entry]) => ({ name: `${noun}.${verb}`, entry })),
);
const accessOf = (entry: AnyContractProcedure): Partial<Access> => entry['~orpc'].meta;
const named = (matches: (access: Partial<Access>) => boolean) =>
  ENTRIES.filter(({ entry }) => matches(accessOf(entry))).map(({ name }) => name);

describe('every entry of the contract', () => {
  it('says whether it changes something, and whether paths come with its input', () => {
    expect(ENTRIES.length).toBeGreaterThan(50);
    expect(
      named(({ effect, outside }) => !['reads', 'changes'].includes(effect ?? '') || outside === undefined),
    ).toEqual([]);
  });

  it('reads where its name says so', () => {
    const reading = /\.(list|show|overview|answer|compare|follow|rows|curves|history|events|samples|read)$/;
    expect(named(({ effect }) => effect === 'changes').filter((name) => reading.test(name))).toEqual([]);
    const changing = /\.(start|add|update|rename|save|delete|remove|restore|purge|import|pause|stop|resume|extend)$/;
    expect(named(({ effect }) => effect === 'reads').filter((name) => changing.test(name))).toEqual([]);
  });

  it('is there where its work is said to be done elsewhere', () => {
    expect([...DONE_ELSEWHERE].filter((name) => !ENTRIES.some((entry) => entry.name === name))).toEqual([]);
  });

  it('finds the paths of its input', () => {
    const base = {
      model: { kind: 'vgg' },
      epochs: 1,
      dataset: { kind: 'idx', path: '/images' },
      weights: { path: '/w' },
    };
    const find = (entry: AnyContractProcedure, input: unknown) => accessOf(entry).outside?.pathsIn(input);
    const { runs, studies, searches, datasets, weights } = pageContract;
    const study = { spec: { name: 's', base, arms: [], seeds: [1] } };
    const search = { name: 's', base, search: { tolerance: 1, budgetSeconds: 1 } };
    for (const entry of [runs.start, runs.measure]) expect(find(entry, { spec: base })).toEqual(['/images', '/w']);
    for (const entry of [studies.start, studies.estimate]) expect(find(entry, study)).toEqual(['/images', '/w']);
    expect(find(searches.start, search)).toEqual(['/images', '/w']);
    expect(find(datasets.add, { name: 'd', location: base.dataset })).toEqual(['/images']);
    expect(find(weights.add, { name: 'w', path: '/w' })).toEqual(['/w']);
    expect(find(weights.describe, { path: '/w' })).toEqual(['/w']);
    expect(find(runs.start, { nonsense: '/etc' })).toEqual([]);
  });
});

describe('an entry', () => {
  const text = z.strictObject({ run: oneRun.shape.run, note: z.string().optional() });

  it('does not compile without a word about texts that could be paths', () => {
    expect(accessOf(reads(oneRun, type<null>()))).toMatchObject({ effect: 'reads', outside: null });
    expect(accessOf(changes(text, type<null>(), TEXTS_ALONE)).outside?.pathsIn({ note: '/' })).toEqual([]);
    // @ts-expect-error The note may be a path.
    changes(text, type<null>());
    // @ts-expect-error So may any of the texts in a list of unknown things.
    reads(z.strictObject({ filters: z.array(z.unknown()) }), type<null>());
  });

  it('does not compile where it says neither that it reads nor that it changes', () => {
    const silent = { runs: { show: oc.input(oneRun).output(type<null>()) } };
    // @ts-expect-error Such an entry has no access.
    const refused: ContractRouter<Access> = silent;
    expect(accessOf(silent.runs.show)).toEqual({});
    expect(refused).toBe(silent);
  });
});

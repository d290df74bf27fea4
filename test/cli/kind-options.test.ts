import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Kind } from '#core/kind.ts';
import { kindExample, kindSpec, withKindOptions } from '../../src-main/cli/kind-options.ts';

const LADDER: Kind = {
  kind: 'ladder',
  title: 'Ladder',
  schema: z.strictObject({
    kind: z.literal('ladder'),
    rungs: z.int().default(8),
    folds: z.boolean().default(true),
    wideBase: z.boolean().default(false),
  }),
  fields: [
    { key: 'rungs', label: 'Rungs', hint: 'two or more', placeholder: 'count', type: 'number' },
    { key: 'folds', label: 'Folds', hint: 'in the middle', type: 'flag' },
    { key: 'wideBase', label: 'Wide base', hint: 'for soft ground', type: 'flag' },
  ],
};
const STOOL: Kind = {
  kind: 'stool',
  title: 'Stool',
  schema: z.strictObject({
    kind: z.literal('stool'),
    rungs: z.int().default(2),
    wood: z.enum(['ash', 'oak']).optional(),
  }),
  fields: [
    { key: 'rungs', label: 'Rungs', hint: 'empty: two', help: 'at most three', type: 'number' },
    { key: 'wood', label: 'Wood', hint: 'of the seat', type: 'choice', choices: ['ash', 'oak'] },
  ],
};
const KINDS = [LADDER, STOOL];

function specOf(kind: string, ...words: string[]): Record<string, unknown> {
  const command = withKindOptions(new Command(), KINDS).exitOverride();
  command.configureOutput({ writeErr: () => {} }).parse(words, { from: 'user' });
  return kindSpec(KINDS, kind, command.opts());
}

describe('the options of kinds', () => {
  it('are one for each key, and say in the help which kinds they are for', () => {
    const help = withKindOptions(new Command().configureHelp({ helpWidth: 120 }), KINDS).helpInformation();
    expect(help).toMatch(/--rungs <count> +rungs: two or more \(ladder\); at most three \(stool\)/);
    expect(help).toMatch(/--no-folds +folds: in the middle \(ladder\)/);
    expect(help).toMatch(/--wide-base +wide base: for soft ground \(ladder\)/);
    expect(help).toMatch(/--wood <choice> +wood: of the seat \(stool\) \(choices: "ash", "oak"\)/);
  });

  it('make a spec of what was given alone', () => {
    expect(specOf('ladder')).toEqual({ kind: 'ladder' });
    expect(specOf('ladder', '--rungs', '3', '--no-folds', '--wide-base')).toEqual({
      ...{ kind: 'ladder', rungs: 3, folds: false, wideBase: true },
    });
    expect(specOf('stool', '--wood', 'oak', '--no-folds')).toEqual({ kind: 'stool', wood: 'oak', folds: false });
    expect(() => specOf('stool', '--wood', 'iron')).toThrow('Allowed choices are ash, oak');
  });

  it('stand in examples with the defaults', () => {
    expect(KINDS.map(kindExample)).toEqual(['ladder --rungs 8', 'stool --rungs 2']);
  });
});

import { expect, it } from 'vitest';
import { presetStudy } from '#core/presets/presets.ts';
import { specIn } from '../../../src-renderer/lib/spec-text.ts';

it('reads a study spec, and a run spec as a study of its own', () => {
  const quick = presetStudy('quick');
  expect(specIn(JSON.stringify(quick))).toEqual({ spec: quick, error: null });
  const run = { dataset: 'shapes', model: { kind: 'vgg' }, epochs: 2, seed: 4 };
  expect(specIn(JSON.stringify(run)).spec).toMatchObject({ seeds: [4], arms: [], base: { epochs: 2 } });
});

it.each([
  ['{"name":', 'This is not JSON'],
  ['{"name":"x","base":{"dataset":"x","model":{"kind":"vgg"},"epochs":0},"arms":[],"seeds":[1]}', '"base.epochs"'],
  ['{"dataset":"x","epochs":1,"model":{"kind":"vgg"},"colour":1}', '"colour" is not known'],
  ['7', 'the run spec'],
])('says in a sentence what is wrong with %s', (text, part) => {
  const { spec, error } = specIn(text);
  expect(spec).toBeNull();
  expect(error).toContain(part);
});

import { expect, test } from 'vitest';
import { electron, examine, fashionMnistAtHand, tensorflowAtHand } from '../../src-main/setup/installed.mjs';
import { temporaryCache } from './temporary-folder.ts';

test('after the set-up nothing is missing, and it is told where things are', () => {
  expect(examine()).toEqual({ problems: [], notes: [] });
  expect(tensorflowAtHand()).toMatchObject({
    variant: expect.stringMatching(/^[cg]pu$/),
    version: expect.stringMatching(/^2\./),
  });
  expect(electron()?.version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(fashionMnistAtHand()).toContain('fashion-mnist');
});

test('with an empty cache it tells what is missing and the command that brings it', () => {
  temporaryCache();
  const { problems, notes } = examine();
  expect(problems.join('\n')).toMatch(/^Missing or incomplete: TensorFlow; run `node .*setup\.mjs`\.$/m);
  expect(problems.join('\n')).toMatch(/^Missing or incomplete: Fashion-MNIST;/m);
  expect(notes.join('\n')).toMatch(/^Missing or incomplete: Electron; run `node .*setup\.mjs --all`\.$/m);
  expect([tensorflowAtHand(), electron(), fashionMnistAtHand()]).toEqual([null, null, null]);
});

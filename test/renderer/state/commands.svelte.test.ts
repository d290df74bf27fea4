import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import { Commands } from '../../../src-renderer/state/commands.svelte.ts';

test('a view takes its own commands back, and no others', () => {
  const commands = new Commands();
  const command = (id: string) => ({ id, title: id, group: 'Test', keys: null, run: () => undefined });
  const seen: string[][] = [];
  const end = $effect.root(() => {
    $effect(() => {
      seen.push(commands.all.map(({ id }) => id));
    });
  });
  flushSync();
  const takeBack = commands.add([command('one'), command('two')]);
  flushSync();
  commands.add([command('three')]);
  flushSync();
  takeBack();
  flushSync();
  end();
  expect(seen).toEqual([[], ['one', 'two'], ['one', 'two', 'three'], ['three']]);
});

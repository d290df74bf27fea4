import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import { Commands } from '../../../src-renderer/state/commands.svelte.ts';

const command = (id: string, keys: string | null = null) => ({
  id,
  title: id,
  group: 'Test',
  keys,
  run: () => undefined,
});

test('a view adds its commands in an effect', () => {
  const commands = new Commands();
  const end = $effect.root(() => {
    $effect(() => commands.add([command('one')]));
  });
  flushSync();
  expect(commands.all.map(({ id }) => id)).toEqual(['one']);
  end();
  expect(commands.all).toEqual([]);
});

test('keys are found alone, one after the other, and with modifiers; a view has its own before the window', () => {
  const commands = new Commands();
  commands.add([command('runs', 'g r'), command('new', 'n'), command('palette', 'Mod+k'), command('delete', 'r')]);
  commands.add([command('note', 'n')]);
  const press = (chord: string, at = 0) => commands.press(chord, at)?.id ?? null;
  expect(commands.all.map(({ id }) => id)).toEqual(['runs', 'palette', 'delete', 'note']);
  expect([press('n'), press('Mod+k'), press('x')]).toEqual(['note', 'palette', null]);
  expect([press('g'), press('r')]).toEqual([null, 'runs']);
  expect([press('g'), press('x'), press('r')]).toEqual([null, null, 'delete']);
  expect([press('g', 0), press('r', 2000)]).toEqual([null, 'delete']);
  expect([press('g'), press('n')]).toEqual([null, 'note']);
});

test('a view takes its own commands back, and no others', () => {
  const commands = new Commands();
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

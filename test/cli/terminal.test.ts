import { expect, test } from 'vitest';
import { Terminal } from '../../src-main/cli/terminal.ts';
import { FakeShell } from './fake-shell.ts';

test('JSON holds every character, and none that would steer a terminal', () => {
  const value = { name: 'a\u009b31mb\u2028c\u202ed\u001be\u007f' };
  const shell = new FakeShell();
  new Terminal(shell, true).answer(value, () => '');
  expect(shell.stdout.lines).toHaveLength(1);
  expect(shell.stdout.text).toMatch(/^[\x20-\x7e]+\n$/);
  expect(JSON.parse(shell.stdout.text)).toEqual(value);
});

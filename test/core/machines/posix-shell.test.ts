import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { posixPath, posixWord, posixWords } from '#core/machines/posix-shell.ts';

function printed(words: string, environment: Readonly<Record<string, string>> = {}): string {
  const script = `printf '%s\\0' ${words}`;
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', env: environment });
}

it('hands every text to a program of a script as it is', () => {
  const texts = ["it's", '$(rm x)', '`x`', 'a\nb', '\\', '"', '', '-n', '*', '!x', 'é\u{1F600}', "''\\''"];
  expect(printed(posixWords(texts))).toBe(texts.map((text) => `${text}\0`).join(''));
  const text = fc.string({ unit: 'binary' }).filter((one) => !/[\0\p{Cs}]/u.test(one));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 300 }), (all) => {
      expect(printed(posixWords(all))).toBe(all.map((one) => `${one}\0`).join(''));
    }),
    { numRuns: 15 },
  );
});

it('knows the home folder at the beginning of a path, and nowhere else', () => {
  const paths = ['~', '~/jobs/a b', '/x/~/y', '~other/x'].map(posixPath).join(' ');
  expect(printed(paths, { HOME: "/home/o'h" })).toBe("/home/o'h\0/home/o'h/jobs/a b\0/x/~/y\0~other/x\0");
});

it('refuses what no argument of a program can hold', () => {
  expect(() => posixWord('a\0b')).toThrow('null character');
});

import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type TextLine, textLinesOf } from '../../src-main/sqlite/event-lines.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

function linesOf(content: string | Uint8Array): readonly TextLine[] {
  const path = join(temporaryFolder(), 'lines');
  writeFileSync(path, content);
  const descriptor = openSync(path, 'r');
  try {
    return [...textLinesOf(descriptor, () => undefined)];
  } finally {
    closeSync(descriptor);
  }
}

const textsOf = (content: string) => linesOf(content).map(({ text }) => text);

it('lines end with LF or CRLF, the first may begin with a byte order mark, and empty ones only count', () => {
  expect(linesOf('\uFEFF{"a":1}\r\n\r\n{"b":2}\n{"c"')).toEqual([
    { text: '{"a":1}', number: 1, isLast: false },
    { text: '{"b":2}', number: 3, isLast: false },
    { text: '{"c"', number: 4, isLast: true },
  ]);
  expect(linesOf('')).toEqual([]);
});

it('lines and letters go on over the pieces in which a file is read', () => {
  const long = 'ä'.repeat(2 ** 18);
  expect(textsOf(`x${long}\n${long}\ny`)).toEqual([`x${long}`, long, 'y']);
});

it('a line of absurd length, and one that is no text, are refused by their numbers', () => {
  expect(() => linesOf(`{}\n${'x'.repeat(2 ** 22 + 1)}`)).toThrow('Line 2 is longer than 4 MB');
  expect(() => linesOf(`{}\n${'x'.repeat(2 ** 22 + 1)}\n{}`)).toThrow('Line 2 is longer than 4 MB');
  expect(() => linesOf(Buffer.from([10, 0xff, 0xfe, 10]))).toThrow('Line 2 is not text in UTF-8');
});

import { expect, test } from 'vitest';
import { rowChecksum } from '../../src-main/sqlite/row-checksum.ts';

const row = [1, -0, 2.5, 'Prüfsumme', Buffer.from([1, 0, 255]), null];

// As version 0.1.0 stored them: of other sums, every existing home would be damaged.
test.each([
  ['steps', row, 1040182123],
  ['epochs', row, 205968583],
  ['steps', ['x'.repeat(100_000)], 3355840013],
  ['steps', [], 1578955444],
])('the sum of a row of "%s" is the one that existing databases hold', (table, values, sum) => {
  expect(rowChecksum(table, values)).toBe(sum);
  expect(rowChecksum(table, values)).toBe(sum);
});

test('a changed bit, another type and another table change the sum', () => {
  const others = [
    rowChecksum('steps', row.with(2, 2.5000000000000004)),
    rowChecksum('steps', row.with(0, '1')),
    rowChecksum('steps', row.with(4, Buffer.from([1, 0, 254]))),
    rowChecksum('steps', row.with(5, 0)),
    rowChecksum('epochs', row),
    rowChecksum('steps', row),
  ];
  expect(new Set(others).size).toBe(others.length);
});

import { expect, it } from 'vitest';
import { rowAfterKey } from '../../../src-renderer/lib/row-keys.ts';

const from = (key: string, row: number) => rowAfterKey(key, row, { rowCount: 50, page: 10 });

it('leads from row to row by keys, never beyond the first and the last', () => {
  const keys = ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End', 'a'];
  expect(keys.map((key) => from(key, 45))).toEqual([46, 44, 49, 35, 0, 49, null]);
  expect(from('ArrowUp', 0)).toBe(0);
});

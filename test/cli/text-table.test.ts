import { expect, test } from 'vitest';
import { textTable } from '../../src-main/cli/text-table.ts';

test('columns line up where letters take two places of the terminal, or none', () => {
  const rows = [
    { name: '日本', images: 5 },
    { name: 'cat', images: 12 },
    // NFD: the accent takes no place of its own.
    { name: 'e\u0301te\u0301', images: 120 },
  ];
  const table = textTable(
    [
      { title: 'class', cell: ({ name }) => name },
      { title: 'images', align: 'right', cell: ({ images }) => images },
    ],
    rows,
  );
  expect(table.split('\n')).toEqual(['class  images', '日本        5', 'cat        12', 'e\u0301te\u0301       120']);
});

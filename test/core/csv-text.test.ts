import { describe, expect, it } from 'vitest';
import { csvLine, csvText } from '#core/csv-text.ts';

describe('CSV', () => {
  it('keeps numbers, unknown cells, commas and quotes', () => {
    expect(
      csvText(
        ['a', 'b,c'],
        [
          [1 / 3, null],
          ['say "no"', true],
        ],
      ),
    ).toBe('a,"b,c"\r\n0.3333333333333333,\r\n"say ""no""",true\r\n');
  });

  it.each([
    ['NUL', '\0'],
    ['a bell', '\x07'],
    ['an escape', '\x1b'],
    ['a C1 control', '\x9b'],
    ['a change of direction', '\u202e'],
  ])('drops %s', (_name, character) => {
    expect(csvLine([`cu${character}bic`])).toBe('cubic\r\n');
  });

  it.each(['\n', '\r\n', '\t', '\v', '\f', '\u0085', '\u2028', '\u2029'])('has one line a row: %j', (end) => {
    expect(csvLine([`a${end}b`, 1])).toBe('a b,1\r\n');
  });

  it.each(['=', '+', '-', '@', '\uff1d', '\0=', '\t=', '\r\n@', '\u202e-'])(
    'gives no spreadsheet a formula: %j',
    (start) => {
      expect(csvLine([`${start}SUM(A1)`])).toMatch(/^'[=+\-@\uff1d]SUM\(A1\)\r\n$/);
    },
  );
});

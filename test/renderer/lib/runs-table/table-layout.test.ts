import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atEpochOf, columnField } from '#core/run-columns.ts';
import { RUN_FIELDS } from '#core/run-fields.ts';
import {
  FIRST_LAYOUT,
  moved,
  newColumn,
  readLayout,
  resized,
  toggled,
} from '../../../../src-renderer/lib/runs-table/table-layout.ts';

const columns = ['name', 'status', 'study', 'epoch'].map(newColumn);
const keys = (some: readonly { readonly key: string }[]) => some.map(({ key }) => key);

describe('columns', () => {
  it('move among each other, the name always first', () => {
    expect(keys(moved(columns, 'epoch', 1))).toEqual(['name', 'epoch', 'status', 'study']);
    expect(keys(moved(columns, 'status', 99))).toEqual(['name', 'study', 'epoch', 'status']);
    expect(keys(moved(columns, 'status', 0))).toEqual(['name', 'status', 'study', 'epoch']);
    expect(moved(columns, 'name', 2)).toBe(columns);
  });

  it('come and go, but for the name', () => {
    expect(keys(toggled(columns, 'study'))).toEqual(['name', 'status', 'epoch']);
    expect(keys(toggled(columns, 'tags'))).toEqual(['name', 'status', 'study', 'epoch', 'tags']);
    expect(toggled(columns, 'name')).toBe(columns);
  });

  it('stay wide enough to be seen and narrow enough to see others', () => {
    const width = (wanted: number) => resized(columns, 'epoch', wanted).at(-1)?.width;
    expect([width(-5), width(100.4), width(9999)]).toEqual([56, 100, 800]);
  });

  it('of a series at an epoch are known by their key', () => {
    expect(atEpochOf('validation-error-at-epoch-10')).toEqual({ series: 'validationError', epoch: 10 });
    expect(['validation-error', 'test-error-at-epoch-3', 'train-loss-at-epoch-0'].map(atEpochOf)).toEqual([
      null,
      null,
      null,
    ]);
    expect(columnField('train-loss-at-epoch-3')?.title).toBe('train loss at epoch 3');
  });
});

describe('the layout that was kept', () => {
  it('comes back as it was', () => {
    const layout = {
      columns: [...columns, newColumn('train-loss-at-epoch-3')],
      sort: { key: 'epoch', descending: true },
      groupBy: ['policy'],
    };
    expect(readLayout(JSON.parse(JSON.stringify(layout)))).toEqual(layout);
  });

  it('loses what is not known here, and the second of two', () => {
    const odd = [
      { key: 'epoch', width: 90 },
      { key: 'epoch', width: 70 },
      { key: 'gone', width: 90 },
      { key: 'seed', width: 1 },
    ];
    expect(keys(readLayout({ columns: odd, sort: { key: 'gone', descending: true } }).columns)).toEqual([
      'name',
      'epoch',
    ]);
  });

  it('is the first one where nothing of use was kept, whatever that is', () => {
    expect(readLayout(null)).toEqual(FIRST_LAYOUT);
    fc.assert(
      fc.property(fc.jsonValue(), (kept) => {
        const layout = readLayout(kept);
        expect(layout.columns[0]?.key).toBe('name');
        expect(layout.columns.every(({ key }) => columnField(key) !== null)).toBe(true);
      }),
    );
    expect(FIRST_LAYOUT.columns.every(({ key }) => RUN_FIELDS.some((field) => field.key === key))).toBe(true);
  });
});

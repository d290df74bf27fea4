import { describe, expect, it } from 'vitest';
import { movedCursor } from '../../../src-renderer/lib/chart-cursor.ts';

const SERIES = [
  { datasetIndex: 2, places: [0, 10, 20, 30] },
  { datasetIndex: 5, places: [0, 29] },
];

describe('the keyboard in a chart', () => {
  it('begins at the first point and stays within a series', () => {
    expect(movedCursor(null, 'ArrowRight', SERIES)).toEqual({ datasetIndex: 2, index: 0 });
    expect(movedCursor({ datasetIndex: 2, index: 0 }, 'ArrowLeft', SERIES)?.index).toBe(0);
    expect(movedCursor({ datasetIndex: 2, index: 0 }, 'PageDown', SERIES)?.index).toBe(3);
    expect(movedCursor({ datasetIndex: 2, index: 1 }, 'End', SERIES)?.index).toBe(3);
    expect(movedCursor({ datasetIndex: 2, index: 3 }, 'Home', SERIES)?.index).toBe(0);
  });

  it('goes to the nearest place of the next series, around the last', () => {
    expect(movedCursor({ datasetIndex: 2, index: 2 }, 'ArrowDown', SERIES)).toEqual({ datasetIndex: 5, index: 1 });
    expect(movedCursor({ datasetIndex: 5, index: 1 }, 'ArrowDown', SERIES)).toEqual({ datasetIndex: 2, index: 3 });
    expect(movedCursor({ datasetIndex: 2, index: 0 }, 'ArrowUp', SERIES)).toEqual({ datasetIndex: 5, index: 0 });
  });

  it('begins anew where its series is gone', () => {
    expect(movedCursor({ datasetIndex: 9, index: 4 }, 'ArrowRight', SERIES)).toEqual({ datasetIndex: 2, index: 0 });
  });

  it('leaves other keys to others, and all where there is nothing', () => {
    expect(movedCursor(null, 'x', SERIES)).toBeNull();
    expect(movedCursor(null, 'ArrowRight', [])).toBeNull();
  });
});

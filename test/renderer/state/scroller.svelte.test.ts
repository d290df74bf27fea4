import fc from 'fast-check';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Scroller } from '../../../src-renderer/state/scroller.svelte.ts';

const ROW = 28;

/** An element that scrolls, without a document: its height is told at once, as an observer does it a little later. */
function element(clientHeight: number, rowCount: () => number) {
  const page = new EventTarget();
  const scrollHeight = () => ROW * (rowCount() + 1);
  const scrolls = Object.assign(page, {
    scrollTop: 0,
    ...{ clientHeight, clientWidth: 500, offsetHeight: clientHeight, offsetWidth: 500 },
    ownerDocument: { defaultView: globalThis },
    scrollTo: ({ top }: { top: number }) => {
      scrolls.scrollTop = Math.max(0, Math.min(top, scrollHeight() - clientHeight));
    },
  });
  Object.defineProperty(scrolls, 'scrollHeight', { get: scrollHeight });
  return scrolls as unknown as HTMLElement;
}

beforeEach(() => {
  const frame = (work: () => void) => setTimeout(work);
  vi.stubGlobal('requestAnimationFrame', frame);
  vi.stubGlobal('cancelAnimationFrame', clearTimeout);
  vi.stubGlobal(
    'ResizeObserver',
    class {
      readonly #told: () => void;
      constructor(told: () => void) {
        this.#told = told;
      }
      observe(): void {
        this.#told();
      }
      disconnect(): void {}
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

function scrolled(count: number, height: number) {
  let rowCount = $state(count);
  const scroller = new Scroller({ rowCount: () => rowCount, rowHeight: ROW, headerHeight: ROW });
  const scrolls = element(height, () => rowCount);
  const seen: unknown[] = [];
  const end = $effect.root(() => {
    $effect(() => {
      seen.push(scroller.drawn);
    });
    return scroller.attach(scrolls);
  });
  flushSync();
  const scrollTo = (top: number) => {
    scrolls.scrollTop = top;
    scrolls.dispatchEvent(new Event('scroll'));
    flushSync();
  };
  const showOf = (wanted: number) => {
    rowCount = wanted;
    flushSync();
  };
  return { scroller, scrolls, scrollTo, showOf, seen, end };
}

describe('the rows that are drawn', () => {
  it('cover what is seen, and keep the length of all', () => {
    const cases = fc.record({
      rowCount: fc.nat(5000),
      top: fc.nat(140_000),
      height: fc.integer({ min: 1, max: 3000 }),
    });
    fc.assert(
      fc.property(cases, ({ rowCount, top, height }) => {
        const { scroller, scrollTo, end } = scrolled(rowCount, height);
        const most = Math.max(0, ROW * (rowCount + 1) - height);
        scrollTo(Math.min(top, most));
        const { first, end: last, above, below } = scroller.drawn;
        expect(above + (last - first) * ROW + below).toBe(rowCount * ROW);
        const [seenFrom, seenTo] = [Math.min(top, most), Math.min(Math.min(top, most) + height - ROW, rowCount * ROW)];
        if (seenFrom < seenTo) expect(above <= seenFrom && last * ROW >= seenTo).toBe(true);
        end();
      }),
      { numRuns: 60 },
    );
  });

  it('follow the scrolling and the number of rows, at once', () => {
    const { scroller, scrollTo, showOf, seen, end } = scrolled(1000, 280);
    expect(scroller.drawn.first).toBe(0);
    scrollTo(500 * ROW);
    expect(seen.at(-1)).toMatchObject({ first: 487 });
    showOf(3);
    expect(scroller.drawn).toMatchObject({ end: 3, below: 0 });
    end();
  });

  it('scroll no more than it takes to show one, header and edge aside', async () => {
    const { scroller, scrolls, end } = scrolled(1000, 280);
    await scroller.reveal(5);
    expect(scrolls.scrollTop).toBe(0);
    await scroller.reveal(9);
    expect(scrolls.scrollTop).toBe(ROW);
    await scroller.reveal(999);
    expect(scrolls.scrollTop).toBe(1001 * ROW - 280);
    expect(scroller.drawn.end).toBe(1000);
    await scroller.reveal(0);
    expect(scrolls.scrollTop).toBe(0);
    expect([scroller.drawn.first, scroller.rowsPerPage]).toEqual([0, 8]);
    end();
  });
});

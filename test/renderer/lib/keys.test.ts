import { describe, expect, it } from 'vitest';
import { chordOf } from '../../../src-renderer/lib/keys.ts';

const NONE = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

describe('a key press', () => {
  it.each([
    [{ key: 'n' }, 'n'],
    [{ key: '?', shiftKey: true }, '?'],
    [{ key: 'k', ctrlKey: true }, 'Mod+k'],
    [{ key: 'k', metaKey: true }, 'Mod+k'],
    [{ key: 'K', ctrlKey: true, shiftKey: true }, 'Mod+Shift+k'],
    [{ key: 'ArrowLeft', altKey: true }, 'Alt+ArrowLeft'],
    [{ key: 'Enter', shiftKey: true }, 'Shift+Enter'],
    [{ key: 'Shift', shiftKey: true }, null],
    [{ key: 'Dead' }, null],
  ])('of %o is called %s', (press, chord) => {
    expect(chordOf({ ...NONE, ...press })).toBe(chord);
  });
});

/** What a key is called on a keyboard, where that is not what `event.key` says. */
const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  ' ': 'Space',
  Delete: 'Del',
};

function isMac(): boolean {
  return navigator.platform.startsWith('Mac');
}

/** What of a KeyboardEvent says which keys are down. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * As commands name it: 'n', '?', 'Mod+k', 'Alt+ArrowLeft', 'Shift+Enter'. Shift is told only of keys that do not change
 * with it. Null for a modifier alone.
 */
export function chordOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): string | null {
  if (['Control', 'Meta', 'Alt', 'Shift', 'AltGraph', 'Dead', 'Process', 'Unidentified'].includes(key)) return null;
  const isNamed = key.length > 1 || key === ' ';
  const isMod = ctrlKey || metaKey;
  return [
    isMod ? 'Mod+' : '',
    altKey ? 'Alt+' : '',
    shiftKey && (isNamed || isMod) ? 'Shift+' : '',
    isMod && !isNamed ? key.toLowerCase() : key,
  ].join('');
}

/** The keys of a command, each as it is printed on this machine's keyboard: 'Mod+k' -> Ctrl, K. */
export function keyLabels(keys: string): string[] {
  return keys.split(' ').flatMap((chord) =>
    chord.split(/\+(?=.)/).map((key) => {
      if (key === 'Mod') return isMac() ? '⌘' : 'Ctrl';
      return NAMES[key] ?? (chord.length > 1 && key.length === 1 ? key.toUpperCase() : key);
    }),
  );
}

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

/** The keys of a command, each as it is printed on this machine's keyboard: 'Mod+k' -> Ctrl, K. */
export function keyLabels(keys: string): string[] {
  return keys.split(' ').flatMap((chord) =>
    chord.split(/\+(?=.)/).map((key) => {
      if (key === 'Mod') return isMac() ? '⌘' : 'Ctrl';
      return NAMES[key] ?? (chord.length > 1 && key.length === 1 ? key.toUpperCase() : key);
    }),
  );
}

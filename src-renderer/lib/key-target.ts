const TEXT_FIELDS =
  'input:not([type="checkbox"], [type="radio"], [type="button"], [type="range"]), textarea, select, [contenteditable]';
const OVERLAYS = '[role="dialog"], [role="alertdialog"], [role="menu"]';

/** Whether the element in focus needs this key itself: a field needs what is typed, a button its Enter, a menu its letters. */
export function needsKey(target: EventTarget | null, chord: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(OVERLAYS) !== null) return true;
  const isTextField = target.closest(TEXT_FIELDS) !== null;
  // A field takes back what was typed in it.
  if (chord === 'Mod+z') return isTextField;
  if (chord.startsWith('Mod+') || chord === 'Escape') return false;
  if (isTextField) return true;
  return [' ', 'Enter'].includes(chord) && target.closest('button, a[href], summary, label, [role="button"]') !== null;
}

/** Whether a dialog or a menu lies over the page: Escape is then theirs. */
export function isOverlaid(): boolean {
  return document.querySelector(OVERLAYS) !== null;
}

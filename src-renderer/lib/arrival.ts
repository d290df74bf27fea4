/**
 * Moves the focus to the heading of a view that has been navigated to, so that one reads and tabs on from there; the app's
 * start and a view that has taken the focus itself are left alone. An attachment for each place, on the element around the views.
 */
export function arrivals(): (place: string) => (around: HTMLElement) => void {
  let isFirst = true;
  return () => (around) => {
    const isStart = isFirst;
    isFirst = false;
    if (!isStart) requestAnimationFrame(() => focusHeading(around));
  };
}

function focusHeading(around: HTMLElement): void {
  if (around.contains(document.activeElement)) return;
  (around.querySelector<HTMLElement>('h1') ?? around).focus();
}

/** An attachment for an element that scrolls and holds nothing to focus: Tab reaches it, and the arrow keys scroll it. */
export function reachable(element: HTMLElement): void {
  element.tabIndex = 0;
}

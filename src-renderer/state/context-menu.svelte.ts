import type { MenuGroups } from '../lib/menu-items.ts';

/** The menu of a right click, or of the menu key: one for the whole page, at the place that was clicked. */
export class ContextMenu {
  #groups = $state.raw<MenuGroups | null>(null);
  #place = $state.raw({ x: 0, y: 0 });
  #before: Element | null = null;

  /** Null while it is closed. */
  get groups(): MenuGroups | null {
    return this.#groups;
  }

  /** Where it opens, as the floating layer asks for it. */
  get anchor() {
    const { x, y } = this.#place;
    return { getBoundingClientRect: () => new DOMRect(x, y, 0, 0) };
  }

  /** Opens instead of the browser's own menu. The key opens it at the element, since it has no pointer. */
  open(event: MouseEvent, groups: MenuGroups): void {
    event.preventDefault();
    this.#before = document.activeElement;
    const isByKey = event.clientX === 0 && event.clientY === 0;
    const { left, bottom } = (event.target as Element).getBoundingClientRect();
    this.#place = isByKey ? { x: left + 24, y: bottom } : { x: event.clientX, y: event.clientY };
    this.#groups = groups;
  }

  close(): void {
    this.#groups = null;
  }

  /** The focus goes back to where it was. */
  restoreFocus(): void {
    if (this.#before instanceof HTMLElement) this.#before.focus({ preventScroll: true });
  }
}

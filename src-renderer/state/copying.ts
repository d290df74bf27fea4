import { copyText } from '../lib/clipboard.ts';
import type { MenuItem } from '../lib/menu-items.ts';
import type { Notices } from './notices.svelte.ts';

/** Puts a text on the clipboard and says so; `what` begins the sentence: "The run's id". */
export function copying(notices: Notices, what: string, text: string): Promise<unknown> {
  return notices.attempt(async () => {
    await copyText(text);
    notices.done(`${what} is on the clipboard.`);
  });
}

/** The item of a menu that does it: "Copy the id". */
export function copyItem(notices: Notices, what: string, text: string): MenuItem {
  const lower = `${what.charAt(0).toLowerCase()}${what.slice(1)}`;
  return { title: `Copy ${lower}`, run: () => copying(notices, what, text) };
}

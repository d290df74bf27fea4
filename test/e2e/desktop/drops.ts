import type { Page } from '@playwright/test';

/** Drags files of this machine over the window and drops them there as the system does: no script of a page can. */
export async function drag(page: Page, files: readonly string[]) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  const send = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
  await send('dragEnter');
  await send('dragOver');
  return { again: () => send('dragOver'), drop: () => send('drop') };
}

export async function drop(page: Page, ...files: readonly string[]): Promise<void> {
  await (await drag(page, files)).drop();
}

import { setTimeout as sleep } from 'node:timers/promises';
import { nativeTheme } from 'electron';
import type { LabConnection } from './lab-connection.ts';

const RETRY_MS = 250;

/** Dialogs, menus and the page's own media query follow the theme of the settings, whoever changes it. */
export async function followTheme(lab: LabConnection): Promise<void> {
  for (;;) {
    try {
      const client = await lab.client();
      const changes = await client.changes.follow({});
      nativeTheme.themeSource = (await client.settings.read({})).theme;
      for await (const { kind } of changes) {
        if (kind === 'settings') nativeTheme.themeSource = (await client.settings.read({})).theme;
      }
    } catch {
      // The home changes hands: its next owner is followed.
    }
    await sleep(RETRY_MS, undefined, { ref: false });
  }
}

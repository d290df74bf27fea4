import { setTimeout as sleep } from 'node:timers/promises';
import { nativeTheme } from 'electron';
import type { LabConnection } from './lab-connection.ts';

const RETRY_MS = 250;

/** Makes dialogs, menus and the page's media query follow the theme in the settings, whoever changes it. */
export async function followTheme(lab: LabConnection): Promise<void> {
  for (;;) {
    try {
      const client = await lab.client();
      const changes = await client.changes.follow({}, { signal: lab.reopening });
      nativeTheme.themeSource = (await client.settings.read({})).theme;
      for await (const { kind } of changes) {
        if (kind === 'settings') nativeTheme.themeSource = (await client.settings.read({})).theme;
      }
    } catch {
      // The owner of the home has ended: follow the next one.
    }
    await sleep(RETRY_MS, undefined, { ref: false });
  }
}

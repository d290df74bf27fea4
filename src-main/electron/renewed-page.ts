import type { DesktopPorts } from './desktop-ports.ts';

/** Loads the page again, since all that it shows is of another database, and tells its user why once it listens again. */
export function renewPage({ window, notices }: Pick<DesktopPorts, 'window' | 'notices'>, text: string | null): void {
  const contents = window()?.webContents;
  contents?.once('did-finish-load', () => text !== null && notices.put({ text }));
  contents?.reload();
}

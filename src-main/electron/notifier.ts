import electron from 'electron';
import { endNotice } from './end-notice.ts';
import type { LabConnection } from './lab-connection.ts';
import type { RunEnd } from './training-watch.ts';

/** The notifications on show: one that is garbage-collected would no longer react to a click. */
const shown = new Set<Electron.Notification>();

/** Shows a notification of a run's or study's end, if the settings want it; a click opens its page. */
export async function notifyOfEnd(end: RunEnd, lab: LabConnection, show: (hash: string) => void): Promise<void> {
  const notice = endNotice(end);
  if (notice === null || !electron.Notification.isSupported()) return;
  const { notifications } = await lab.ask((client) => client.settings.read({}), 'reads');
  if (!notifications) return;
  const { title, body, hash } = notice;
  const notification = new electron.Notification({ title, body });
  shown.add(notification);
  notification.on('click', () => show(hash));
  notification.on('close', () => shown.delete(notification));
  notification.show();
}

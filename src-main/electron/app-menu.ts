import type { MenuItemConstructorOptions } from 'electron';
import { app, Menu } from 'electron';

/** The pages in the menu, with the keys that other apps use for pages. */
const PLACES: readonly MenuItemConstructorOptions[] = [
  { label: 'Studies', accelerator: 'CommandOrControl+1', id: '#/studies' },
  { label: 'Runs', accelerator: 'CommandOrControl+2', id: '#/runs' },
  { label: 'Data Sets', accelerator: 'CommandOrControl+3', id: '#/datasets' },
];

/** Sets the app's menu as the platform expects it, with its accelerators. */
export function setAppMenu(go: (hash: string) => void): void {
  const place = (item: MenuItemConstructorOptions) => ({ ...item, click: () => go(item.id ?? '') });
  const settings = place({ label: 'Settings', accelerator: 'CommandOrControl+,', id: '#/settings' });
  const isMac = process.platform === 'darwin';
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(isMac ? [{ role: 'appMenu' } as const] : []),
      {
        label: '&File',
        submenu: [
          place({ label: 'New Study', accelerator: 'CommandOrControl+N', id: '#/studies/new' }),
          settings,
          { type: 'separator' },
          isMac ? { role: 'close' } : { role: 'quit', accelerator: 'CommandOrControl+Q' },
        ],
      },
      { role: 'editMenu' },
      { label: '&View', submenu: [...PLACES.map(place), { type: 'separator' }, ...viewRoles()] },
      { role: 'windowMenu' },
    ]),
  );
}

function viewRoles(): MenuItemConstructorOptions[] {
  return [
    { role: 'reload' },
    ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
  ];
}

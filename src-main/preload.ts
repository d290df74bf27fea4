import { ipcRenderer, webUtils } from 'electron/renderer';

/**
 * Passes the page's message port on to the main process, and the paths of what the user drops on the window. Nothing else gets through,
 * and the page gets no other access.
 */
const CONNECT = 'freezeout-lab:connect';
const DROPPED = 'freezeout-lab:dropped';

window.addEventListener('message', (event) => {
  if (event.source !== window || event.data !== CONNECT || event.ports.length !== 1) return;
  ipcRenderer.postMessage(CONNECT, null, [...event.ports]);
});

// Only the system's drops are trusted, and only files that come from it have a path: a script can forge neither.
window.addEventListener(
  'drop',
  (event) => {
    if (!event.isTrusted) return;
    const paths = [...(event.dataTransfer?.files ?? [])].map((file) => webUtils.getPathForFile(file)).filter(Boolean);
    if (paths.length > 0) ipcRenderer.send(DROPPED, paths);
  },
  { capture: true },
);

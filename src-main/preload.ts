import { ipcRenderer } from 'electron/renderer';

/**
 * Passes the page's message port on to the main process. Nothing else gets through, and the page gets no other access.
 */
const CONNECT = 'freezeout-lab:connect';

window.addEventListener('message', (event) => {
  if (event.source !== window || event.data !== CONNECT || event.ports.length !== 1) return;
  ipcRenderer.postMessage(CONNECT, null, [...event.ports]);
});

import { ipcRenderer } from 'electron/renderer';

/** Hands the page's message port on to the main process. Nothing else passes, and nothing is exposed to the page. */
const CONNECT = 'freezeout-lab:connect';

window.addEventListener('message', (event) => {
  if (event.source !== window || event.data !== CONNECT || event.ports.length !== 1) return;
  ipcRenderer.postMessage(CONNECT, null, [...event.ports]);
});

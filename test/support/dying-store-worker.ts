// A store's thread that opens, and dies at the first other request.
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', ({ m: method, i: id }: { readonly m: string; readonly i: string }) => {
  if (method !== 'open') throw new Error('the thread broke');
  parentPort?.postMessage({ t: 's', i: id, r: true });
});

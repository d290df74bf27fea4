// Threads that strip the types of their code, which Node does in WebAssembly, and end. Says how many have answered.
import { Thread } from '../../src-main/threads/thread.ts';
import type { TrialFunctions } from './trial-thread.ts';

let answered = 0;
async function answer(): Promise<void> {
  const entry = new URL('./trial-thread.ts', import.meta.url);
  const thread = new Thread<TrialFunctions>(entry, { name: 'trial', does: 'strips types' });
  await thread.remote.add(0, 1);
  answered++;
  await thread.close();
}

await Promise.all([answer(), answer(), answer()]);
console.log(`${answered} threads answered`);

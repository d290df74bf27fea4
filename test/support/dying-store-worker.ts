// A store's thread that opens, and dies at the first other request.
import { serveThread } from '../../src-main/threads/serve-thread.ts';

function die(): Promise<never> {
  return new Promise(() => {
    setImmediate(() => {
      throw new Error('the thread broke');
    });
  });
}

serveThread((name) =>
  name === 'open' ? () => ({ functions: ['runs', 'datasets', 'studies'], look: { when: 'never' } }) : die,
);

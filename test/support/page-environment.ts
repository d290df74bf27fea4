import type { Environment } from 'vitest/runtime';

/** Node without a document, but with modules as a page gets them: Svelte's runes then live, as they do in the window. */
const page: Environment = {
  name: 'page',
  viteEnvironment: 'client',
  setup: () => ({ teardown: () => undefined }),
};

export default page;

import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { helpPagesOf } from './electron.help.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const alias = { '#core': resolve(root, 'src-main/core'), '#contract': resolve(root, 'src-main/contract') };

/** What runs inside Electron: its oldest is the tests' stand-in. */
const NODE_TARGET = 'node20.18';
const PAGE_TARGET = 'chrome130';

/**
 * Workers are started by `new URL('./x.ts', import.meta.url)`, which plain Node runs as it stands. In the build each such
 * file becomes a chunk at its own place, so that the URL differs in its ending only.
 */
function workerEntries(): Plugin {
  const pattern = /new URL\((['"])(\.[^'"]+)\.ts\1, import\.meta\.url\)/g;
  return {
    name: 'worker-entries',
    async transform(code, id) {
      const found = [...code.matchAll(pattern)];
      if (found.length === 0) return null;
      for (const [, , path] of found) {
        const file = resolve(id, '..', `${path}.ts`);
        const fileName = relative(resolve(root, 'src-main'), file).replace(/\.ts$/, '.js');
        this.emitFile({ type: 'chunk', id: file, fileName });
      }
      return { code: code.replaceAll(pattern, "new URL('$2.js', import.meta.url)"), map: null };
    },
  };
}

/**
 * The statistics library asks by `eval` whether its engine knows generators, which the page's policy forbids and reports.
 * Every engine of ours does.
 */
function answerWithoutEval(): Plugin {
  const question = '@stdlib/assert-has-generator-support';
  return {
    name: 'answer-without-eval',
    enforce: 'pre',
    resolveId: (id) => (id === question ? `\0${question}` : null),
    load: (id) => (id === `\0${question}` ? 'module.exports = () => true;' : null),
  };
}

/** The palette's components style one wrapper inline, which the page's policy refuses: a class of ours says the same. */
function styleByClass(): Plugin {
  return {
    name: 'style-by-class',
    enforce: 'pre',
    transform(code, id) {
      if (!/bits-ui\/.*\.svelte$/.test(id)) return null;
      return { code: code.replaceAll('style="display: contents;"', 'class="contents"'), map: null };
    },
  };
}

/** The documents as data for the help in the app: the page neither reads files nor makes markup of text. */
function helpPages(): Plugin {
  const module = resolve(root, 'src-renderer/lib/help-content.ts');
  return {
    name: 'help-pages',
    load: (id) => {
      const pages = id === module ? JSON.stringify(helpPagesOf(resolve(root, 'docs'))) : null;
      return pages && `export const HELP_PAGES = ${pages};`;
    },
  };
}

/**
 * Main's modules keep their places, one folder below the top like their sources: what they find beside them (migrations,
 * package.json) is found from both.
 */
export default defineConfig({
  main: {
    resolve: { alias },
    plugins: [workerEntries()],
    build: {
      target: NODE_TARGET,
      outDir: 'dist-main',
      minify: false,
      rollupOptions: {
        input: { main: 'src-main/main.ts' },
        output: { format: 'es', preserveModules: true, preserveModulesRoot: 'src-main', entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      target: NODE_TARGET,
      outDir: 'dist-preload',
      rollupOptions: {
        input: { preload: 'src-main/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    resolve: { alias },
    plugins: [answerWithoutEval(), styleByClass(), helpPages(), svelte({ configFile: false }), tailwindcss()],
    build: {
      target: PAGE_TARGET,
      outDir: 'dist-page',
      minify: true,
      rollupOptions: { input: 'src-renderer/index.html' },
    },
  },
});

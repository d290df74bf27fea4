import { registerHooks } from 'node:module';

/**
 * Loaded before the code of a program whose trainers are to be quick (`--import`): all of a trainer is the real one, with its checkpoints and what it
 * reports, but TensorFlow, in whose place made-up sums train.
 */
const TENSORFLOW = /\/src-main\/tensorflow\/(?:library|graph-session)\.ts$/;
const QUICK = new URL('./quick-session.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    return TENSORFLOW.test(found.url) ? { ...found, url: QUICK } : found;
  },
});

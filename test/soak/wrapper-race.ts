/**
 * Threads that make and drop WebAssembly instances with the same few imports, so that V8 compiles, shares and frees their wrappers
 * all the time. Under gdb, which holds each thread that is about to free one, V8 13.6 frees one twice in every second or third run:
 *
 *   gdb -q -nx -ex 'set non-stop on' -x test/soak/wrapper-race.py --args "$(node -p process.execPath)" \
 *     --expose-gc --stress-wasm-code-gc --wasm-wrapper-tiering-budget=1 test/soak/wrapper-race.ts
 *
 * ends with V8's "Check failed" (no exit code then); with --no-wasm-code-gc in place of --stress-wasm-code-gc no thread is ever held, and it ends by
 * itself after half a minute.
 */
import { isMainThread, Worker } from 'node:worker_threads';

/** What is used here of what the compiler's settings for Node leave out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: { r(): void } };
};

const THREADS = 3;
const SECONDS = 30;
/** The binary format's numbers of i32, i64, f32 and f64, each with the code of a zero. */
const ZEROS: readonly (readonly [number, readonly number[]])[] = [
  [0x7f, [0x41, 0]],
  [0x7e, [0x42, 0]],
  [0x7d, [0x43, 0, 0, 0, 0]],
  [0x7c, [0x44, 0, 0, 0, 0, 0, 0, 0, 0]],
];

function section(id: number, bytes: readonly number[]): readonly number[] {
  return [id, bytes.length, ...bytes];
}

/** A module whose function `r` calls its import `e.f`, which takes one value of the type, four times. */
function moduleOf([type, zero]: (typeof ZEROS)[number]): object {
  const call = [...zero, 0x10, 0];
  const body = [0, ...call, ...call, ...call, ...call, 0x0b];
  const types = section(1, [2, 0x60, 1, type, 0, 0x60, 0, 0]);
  const ends = [...section(3, [1, 1]), ...section(7, [1, 1, 0x72, 0, 1]), ...section(10, [1, body.length, ...body])];
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return new WebAssembly.Module(
    new Uint8Array([...header, ...types, ...section(2, [1, 1, 0x65, 1, 0x66, 0, 0]), ...ends]),
  );
}

function useOnce(module: object): void {
  new WebAssembly.Instance(module, { e: { f: () => undefined } }).exports.r();
}

if (isMainThread) {
  for (let thread = 0; thread < THREADS; thread++) new Worker(new URL(import.meta.url));
} else {
  const modules = ZEROS.map(moduleOf);
  for (const end = Date.now() + SECONDS * 1000; Date.now() < end; ) {
    useOnce(modules[Math.floor(Math.random() * modules.length)]);
    globalThis.gc?.();
  }
}

import type { FileHandle } from 'node:fs/promises';
import * as nodeFiles from 'node:fs/promises';
import type { FileOperations } from '../../src-main/files/durable-file.ts';

/** The real file system until `lifetime` operations are done; the next one is torn, and nothing works after it. */
export function mortalFiles(lifetime: number, death: Error): FileOperations & { readonly isDead: () => boolean } {
  let remaining = lifetime;
  const live = async <T>(operation: () => Promise<T>, torn?: () => Promise<unknown>): Promise<T> => {
    remaining -= 1;
    if (remaining >= 0) return operation();
    if (remaining === -1) await torn?.();
    throw death;
  };
  const mortal = (handle: FileHandle): FileHandle =>
    new Proxy(handle, {
      get: (target, key) => {
        if (key === 'writeFile') {
          return (bytes: Uint8Array) =>
            live(
              () => target.writeFile(bytes),
              () => target.writeFile(bytes.subarray(0, bytes.length / 2)),
            );
        }
        if (key === 'sync') return () => live(() => target.sync());
        // The kernel closes the files of a process that dies.
        if (key === 'close') return () => target.close();
        return Reflect.get(target, key);
      },
    });
  return {
    open: (path, flags, mode) => live(async () => mortal(await nodeFiles.open(path, flags, mode))),
    rename: (from, to) => live(() => nodeFiles.rename(from, to)),
    rm: (path, options) => live(() => nodeFiles.rm(path, options)),
    isDead: () => remaining < 0,
  };
}

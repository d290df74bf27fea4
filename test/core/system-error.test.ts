import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { fromSystem } from '#core/system-error.ts';

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('a refusal of the system', () => {
  it('becomes a sentence that names the call, the path and what to do', () => {
    const error = fromSystem(thrownBy(() => readFileSync('/no/such/file')));
    expect(error).toMatchObject({
      code: 'unavailable',
      message:
        'The system refused "open" on /no/such/file (ENOENT: no such file or directory): check the disk and your permissions, and try again; what was stored is kept.',
    });
  });

  it('of a full disk asks for space', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    expect(fromSystem(full)).toMatchObject({
      code: 'no-space',
      message: expect.stringMatching(
        /^The system refused "write" \(ENOSPC: no space left on device\): free some space/,
      ),
    });
  });

  it('is told from all other errors, which stay as they are', () => {
    for (const other of [
      new TypeError('x'),
      new AppError('conflict', 'No.'),
      'text',
      Object.assign(new Error('x'), { code: 'SQLITE_FULL' }),
    ]) {
      expect(fromSystem(other)).toBe(other);
    }
  });
});

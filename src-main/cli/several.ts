import { AppError, messageOf } from '#core/errors.ts';

/** Does the same to each in turn; those after one that fails are done too, and then the failures are thrown. */
export async function forEach(all: readonly string[], act: (one: string) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (const one of all) await act(one).catch((error: unknown) => failures.push(error));
  const [first] = failures;
  if (failures.length <= 1) {
    if (first !== undefined) throw first;
    return;
  }
  const code = first instanceof AppError ? first.code : 'internal';
  throw new AppError(code, failures.map(messageOf).join('\n'), { cause: first });
}

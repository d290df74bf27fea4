import { ORPCError } from '@orpc/client';
import type { ErrorCode, Hindrance } from '#core/errors.ts';
import { AppError } from '#core/errors.ts';
import { fromSystem } from '#core/system-error.ts';
import { wireBytes, wireColumns, wireTexts } from './wire-packing.ts';

/** JSON has neither infinities nor NaN, and oRPC's own encoding adds only NaN: losses of diverged runs need both. */
export const wireNumbers = [
  wireTexts,
  wireColumns,
  wireBytes,
  {
    type: 100,
    condition: (data: unknown) => data === Number.POSITIVE_INFINITY || data === Number.NEGATIVE_INFINITY,
    serialize: (data: unknown) => String(data),
    deserialize: (serialized: unknown) => Number(serialized),
  },
];

interface WireError {
  readonly appCode: ErrorCode;
  readonly lines: readonly string[];
  readonly hinders: Hindrance | null;
}

/** The form in which an AppError travels. Any other error becomes `internal`, and its text stays on this side. */
export function toWireError(thrown: unknown): unknown {
  const error = fromSystem(thrown);
  if (!(error instanceof AppError)) return error;
  const data: WireError = { appCode: error.code, lines: error.lines, hinders: error.hinders };
  return new ORPCError('APP_ERROR', { status: 400, message: error.message, data });
}

/** The AppError that the other side threw; returns other errors unchanged. */
function fromWireError(error: unknown): unknown {
  if (!(error instanceof ORPCError)) return error;
  if (error.code === 'APP_ERROR') {
    const { appCode, lines, hinders } = error.data as WireError;
    return new AppError(appCode, error.message, { cause: error, lines, hinders });
  }
  if (error.code === 'BAD_REQUEST') return new AppError('bad-request', describeBadRequest(error), { cause: error });
  return error;
}

/** oRPC's own input check names the issues in `data`. */
function describeBadRequest(error: ORPCError<string, unknown>): string {
  const issues = (
    error.data as
      | { readonly issues?: readonly { readonly message: string; readonly path?: readonly unknown[] }[] }
      | undefined
  )?.issues;
  const issue = issues?.[0];
  if (issue === undefined) return error.message;
  const place = issue.path?.join('.') ?? '';
  return place === ''
    ? `The request is not valid: ${issue.message}.`
    : `The request's "${place}" is not valid: ${issue.message}.`;
}

/** Makes a client, in this process or behind a socket, throw AppErrors. */
export async function translateErrors<Result>({ next }: { next(): Promise<Result> }): Promise<Result> {
  try {
    return await next();
  } catch (error) {
    throw fromWireError(error);
  }
}

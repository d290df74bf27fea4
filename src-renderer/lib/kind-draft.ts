import { z } from 'zod';
import type { Kind, KindField } from '#core/kind.ts';
import { kindDefaults } from '#core/kind.ts';
import { issueSentence } from './issue-sentence.ts';
import { numberIn, numbersIn } from './number-text.ts';

/** What was typed or chosen for each field of a kind, by its key: texts that are not numbers yet are kept too. */
export const kindDraftSchema = z.record(z.string(), z.union([z.string(), z.boolean()]));
export type KindDraft = Readonly<z.infer<typeof kindDraftSchema>>;

/** What is wrong at fields of a kind, by key, in one sentence each. */
export type KindErrors = Readonly<Partial<Record<string, string>>>;

/** A kind's spec as a draft says it, not judged yet. */
export type KindJson = { readonly kind: string } & Readonly<Record<string, unknown>>;

/**
 * The draft that reads as this spec; the schema's defaults stand for what the spec leaves out. Without a spec, the draft with which
 * the form begins.
 */
export function kindDraft(kind: Kind, spec: object = { ...kind.start }): KindDraft {
  const values = { ...kindDefaults(kind), ...spec };
  return Object.fromEntries(kind.fields.map((field) => [field.key, typed(field, values[field.key])]));
}

function typed({ type }: KindField, value: unknown): string | boolean {
  if (type === 'flag') return value === true;
  return Array.isArray(value) ? value.join(', ') : String(value ?? '');
}

/** The spec that the draft would be, with NaN for what is not a number yet: for the kind's schema to judge. */
export function kindJson(kind: Kind, draft: KindDraft): KindJson {
  const values = kind.fields.map((field) => [field.key, valueIn(field, draft[field.key] ?? '')] as const);
  return { ...Object.fromEntries(values.filter(([, value]) => value !== undefined)), kind: kind.kind };
}

function valueIn({ type, isOptional }: KindField, entry: string | boolean): unknown {
  if (typeof entry === 'boolean') return isOptional && !entry ? undefined : entry;
  if (isOptional && entry.trim() === '') return undefined;
  if (type === 'numbers') return numbersIn(entry);
  return type === 'number' ? numberIn(entry) : entry;
}

/** What the kind's schema has against each field: its first issue. What the draft has no field for is not asked. */
export function kindErrors(kind: Kind, draft: KindDraft): KindErrors {
  const issues = kind.schema.safeParse(kindJson(kind, draft)).error?.issues ?? [];
  const own = issues.filter(({ path }) => kind.fields.some(({ key }) => key === path[0]));
  return Object.fromEntries(own.reverse().map((issue) => [String(issue.path[0]), issueSentence(issue)]));
}

import { z } from 'zod';
import { kindNamed, specValue } from '#core/kind.ts';
import type { VariableKind } from '#core/network/variables.ts';
import type { NoDecay, OptimizerKind, OptimizerSpec } from './optimizer-kind.ts';
import { OPTIMIZERS } from './optimizers.ts';

const [FIRST, ...OTHERS] = OPTIMIZERS;

const kindsSchema = z.discriminatedUnion('kind', [FIRST.schema, ...OTHERS.map(({ schema }) => schema)], {
  error: ({ code }) =>
    code === 'invalid_union' ? `Expected ${OPTIMIZERS.map(({ kind }) => `'${kind}'`).join(' | ')}` : undefined,
});

type WithoutNone<Spec> = Spec extends OptimizerSpec
  ? Omit<Spec, 'noDecay'> & { readonly noDecay?: Exclude<NoDecay, 'none'> }
  : never;

/** A choice of an optimizer, with all its numbers. */
export type Optimizer = WithoutNone<z.infer<typeof kindsSchema>>;

/** Specs of version 0.1.0 say neither the first kind nor that all variables decay: nor do specs that are read from now on. */
export const optimizerSchema = kindsSchema
  .transform(({ noDecay, ...optimizer }): Optimizer => {
    if (optimizer.kind === FIRST.kind) delete optimizer.kind;
    return noDecay === 'none' ? optimizer : { ...optimizer, noDecay };
  })
  .prefault({});

/** The module of an optimizer's kind. */
export function optimizerKindOf({ kind }: Pick<OptimizerSpec, 'kind'>): OptimizerKind {
  return kindNamed<OptimizerKind>(OPTIMIZERS, kind ?? FIRST.kind);
}

/** The weight decay of variables of this kind. */
export function weightDecayOf({ weightDecay, noDecay }: OptimizerSpec, kind: VariableKind): number {
  return noDecay === 'norms-and-biases' && !kind.endsWith('-kernel') ? 0 : weightDecay;
}

/** "SGD, learning rate 0.1, momentum 0.9, Nesterov momentum": all numbers, and what is switched on or chosen. */
export function optimizerText(optimizer: Optimizer): string {
  const { title, fields } = optimizerKindOf(optimizer);
  const said = fields.flatMap(({ key, label }) => {
    const [name, value] = [label.toLowerCase(), specValue(optimizer, key)];
    if (typeof value === 'boolean') return value ? [label] : [];
    return value === null ? [] : [`${name} ${value}`];
  });
  return [title, ...said].join(', ');
}

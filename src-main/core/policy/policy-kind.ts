import type { z } from 'zod';
import type { Kind } from '#core/kind.ts';
import type { PolicyContext } from './policy-context.ts';
import type { Schedule } from './schedule.ts';

/** The part that the specs of all policies have in common. */
export interface PolicySpec {
  readonly kind: string;
}

/**
 * A rule that says when each layer is frozen and at which rate it trains otherwise, with all that form, command line, labels,
 * report, table of runs and training need. The frozen layers are the first ones, and the head is never among them.
 */
export interface PolicyKind<
  Name extends string = string,
  Schema extends z.ZodType<PolicySpec> = z.ZodType<PolicySpec>,
  Kept extends object = object,
> extends Kind<Name, Schema> {
  /** Says what the rule does and what it is for; the form shows it above the fields. */
  readonly sentence: string;
  /** A formula that kinds share: the methods text of a study says it once, before the policies. */
  readonly sharedMethods?: string;
  /** Whether frozen layers go on in training mode, so that running statistics move. If left out, they never do. */
  movesStatistics?(policy: z.infer<Schema>): boolean;
  /** How the policy decides while training. If left out, its plan contains every freeze. */
  readonly decisions?: Decisions<z.infer<Schema>, Kept>;
  /** Whether the same layers are frozen from the first step to the last; if left out, they are not. */
  readonly isConstant?: boolean;
  /** The name of an arm: "cubic scaled 0.8". Different policies have different names. */
  armName(policy: z.infer<Schema>): string;
  /** The labels by which figures tell arms apart. If left out, both labels are the kind's title in small letters. */
  labels?(policy: z.infer<Schema>): PolicyLabels;
  /** The sentences of the methods text: with formula and numbers, when layers freeze and at which rates they train. */
  methods(policy: z.infer<Schema>): string;
  /**
   * The rates, and the freezes that are known before the first step (none where the policy decides while training). Throws a bad
   * request where the policy does not fit the run.
   */
  plan(policy: z.infer<Schema>, context: PolicyContext): Schedule;
}

export interface PolicyLabels {
  /** The variant; for FreezeOut, one of the paper's four: "linear plain". */
  readonly variant: string;
  /** The first layer's freeze time: "t0 = 0.8". */
  readonly t0: string;
}

/** What a policy can ask to observe during training. Each costs time, so it is measured only on request. */
export type Observable = 'gradientSums' | 'loss';

/** How a policy decides, at some steps of the training, about the freezes that its plan leaves open. */
export interface Decisions<Spec extends PolicySpec, Kept extends object> {
  readonly needs: readonly Observable[];
  /**
   * The schema of what the policy keeps from one decision to the next, under its own names, in every checkpoint. It reads `{}`
   * as the state before the first decision. Numbers that may not be finite are `measuredNumber`s.
   */
  readonly kept: z.ZodType<Kept>;
  /** The steps before which it decides, from 1 to S - 1. */
  stepsOf(policy: Spec, context: PolicyContext): ReadonlySet<number>;
  /** Decides from its arguments alone, so that a resumed run decides like an uninterrupted one. */
  decide(policy: Spec, kept: Kept, observed: Observed): PolicyDecision<Kept>;
}

/** What a policy sees when it decides. */
export interface Observed {
  /** The step to come. */
  readonly step: number;
  /** Layers 0 .. frozenLayers-1 are frozen. */
  readonly frozenLayers: number;
  readonly layerCount: number;
  /**
   * L1 norm of each layer's gradients of the loss, without weight decay, summed over the steps since the last decision; 0 for
   * layers that were frozen. Null without the need `gradientSums`.
   */
  readonly gradientNorms: readonly number[] | null;
  /** Mean training loss of the last complete epoch; null in the first epoch, and without the need `loss`. */
  readonly loss: number | null;
}

export interface PolicyDecision<Kept> {
  /** Layers 0 .. frozenLayers-1 are frozen from this step on: no fewer than before, and never the head. */
  readonly frozenLayers: number;
  readonly kept: Kept;
}

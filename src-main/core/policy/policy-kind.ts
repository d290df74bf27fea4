import type { z } from 'zod';
import type { Kind } from '#core/kind.ts';
import type { PolicyContext } from './policy-context.ts';
import type { Schedule } from './schedule.ts';

/** What the spec of every policy has. */
export interface PolicySpec {
  readonly kind: string;
}

/**
 * A rule that says when each layer freezes and at which rate it trains until then: all that form, command line, labels, report,
 * table of runs and training know of it. Layers freeze front to back, and the head never does.
 */
export interface PolicyKind<
  Name extends string = string,
  Schema extends z.ZodType<PolicySpec> = z.ZodType<PolicySpec>,
  Kept extends object = object,
> extends Kind<Name, Schema> {
  /** Says what the rule does, and what it is there for; the form has it above the fields. */
  readonly sentence: string;
  /** The methods text says this once, before the policies, where a study has one of this kind: a formula that kinds share. */
  readonly sharedMethods?: string;
  /** How the policy decides while training; without it, its plan says every freeze. */
  readonly decisions?: Decisions<z.infer<Schema>, Kept>;
  /** What an arm is called: "cubic scaled 0.8". Two policies have the same name only where they are the same. */
  armName(policy: z.infer<Schema>): string;
  /** What figures tell arms apart by; without it, both are the kind's title in small letters. */
  labels?(policy: z.infer<Schema>): PolicyLabels;
  /** Says in the methods text, with formula and numbers, when layers freeze and at which rates they train. */
  methods(policy: z.infer<Schema>): string;
  /**
   * The rates, and the freezes that are known before the first step: none where the policy decides while training. Throws a bad
   * request where the policy does not fit into the run.
   */
  plan(policy: z.infer<Schema>, context: PolicyContext): Schedule;
}

export interface PolicyLabels {
  /** Of FreezeOut the paper's four: "linear plain". */
  readonly variant: string;
  /** The first layer's freeze time: "t0 = 0.8". */
  readonly t0: string;
}

/** What a policy can ask to observe while it trains; each costs time, so that it is there only where it is asked for. */
export type Observable = 'gradientSums' | 'loss';

/** How a policy decides, at some steps of the training, what its plan leaves open. */
export interface Decisions<Spec extends PolicySpec, Kept extends object> {
  readonly needs: readonly Observable[];
  /**
   * Judges what the policy keeps from one decision to the next, under names of its own, in every checkpoint. It reads `{}` as
   * what is kept before the first decision; numbers that may not be finite are `measuredNumber`s.
   */
  readonly kept: z.ZodType<Kept>;
  /** The steps before which it decides, from 1 to S - 1. */
  stepsOf(policy: Spec, context: PolicyContext): ReadonlySet<number>;
  /** A function of its arguments alone, so that a resumed run decides as the uninterrupted one. */
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
  /** Mean training loss of the last epoch that is over; null in the first epoch, and without the need `loss`. */
  readonly loss: number | null;
}

export interface PolicyDecision<Kept> {
  /** Layers 0 .. frozenLayers-1 are frozen from this step on: no fewer than before, and never the head. */
  readonly frozenLayers: number;
  readonly kept: Kept;
}

import { dataMethods } from './methods-data.ts';
import type { MethodsFacts, MethodsParagraph } from './methods-facts.ts';
import { machineMethods, orderMethods, timingMethods } from './methods-machine.ts';
import { networkMethods } from './methods-network.ts';
import { policyMethods } from './methods-policy.ts';
import { statisticsMethods } from './methods-statistics.ts';
import { seedMethods, trainingMethods } from './methods-training.ts';

/** Answers what a reviewer asks about a study, as far as it is stored, and says what is unknown. */
export function methodsOf(facts: MethodsFacts): MethodsParagraph[] {
  return [
    networkMethods(facts),
    dataMethods(facts),
    trainingMethods(facts),
    ...policyMethods(facts),
    seedMethods(facts),
    timingMethods(),
    orderMethods(facts),
    statisticsMethods(facts),
    machineMethods(facts),
  ];
}

import type { LabClient } from '#contract/client.ts';
import { asksForDepth, DEPTH_TOPIC } from '#core/analysis/answer/depth-part.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import type { Context } from './context.ts';

/** Says how many layers to freeze, under a study that compares depths; says nothing under others. */
export async function printRecommendation(
  { terminal }: Context,
  comparison: Comparison,
  client: LabClient,
): Promise<void> {
  if (terminal.json || !asksForDepth({ comparison })) return;
  const { findings } = await client.studies.answer({ studies: [comparison.studyId] });
  for (const { topic, lead, text } of findings) {
    if (topic === DEPTH_TOPIC) terminal.line([`${topic}:`, lead, text].filter((part) => part !== undefined).join(' '));
  }
}

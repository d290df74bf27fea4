import type { RunSpec } from '#core/run.ts';
import type { Environment } from '#core/run-event.ts';
import type { TrainingSession } from '#core/training/session.ts';
import { createGraphSession, type GraphSessionSettings } from '../tensorflow/graph-session.ts';
import { type OpenTensorFlow, openTensorFlow } from './open-tensorflow.ts';

export interface OpenSession extends OpenTensorFlow {
  readonly session: TrainingSession;
}

/**
 * TensorFlow, and in it a session with the graph of all training steps, in the form of the environment in which the run has trained
 * before, if it has. A promise only so that it fails as what is awaited beside it does: with what `openTensorFlow` throws.
 */
export async function openSession(
  settings: GraphSessionSettings & Pick<RunSpec, 'device'>,
  earlier?: Environment,
): Promise<OpenSession> {
  const opened = openTensorFlow(settings, earlier);
  return { ...opened, session: createGraphSession(opened.binding, settings, opened.graphs) };
}

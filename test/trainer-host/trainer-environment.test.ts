import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { trainerEnvironment } from '../../src-main/trainer-host/trainer-environment.ts';

test('the chosen number of threads beats what the host is set to, which beats one a core', () => {
  const threads = { intraOp: 2, interOp: 1 };
  expect(trainerEnvironment({ threads }, 3).TF_NUM_INTRAOP_THREADS).toBe('3');
  expect(trainerEnvironment({ threads }, null).TF_NUM_INTRAOP_THREADS).toBe('2');
  expect(trainerEnvironment({}, null).TF_NUM_INTRAOP_THREADS).toBe(String(availableParallelism()));
});

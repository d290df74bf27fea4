import { bitsCheck } from './bits-check.ts';
import type { GpuCheck } from './check.ts';
import { numbersCheck } from './numbers-check.ts';
import { profileCheck } from './profile-check.ts';
import { setUpCheck } from './set-up-check.ts';
import { stepsCheck } from './steps-check.ts';
import { studyCheck } from './study-check.ts';

/** All parts of `lab check-gpu`, in their order. */
export const GPU_CHECKS: readonly GpuCheck[] = [
  setUpCheck,
  numbersCheck,
  bitsCheck,
  stepsCheck,
  profileCheck,
  studyCheck,
];

/** All checks, in the order in which they run: what is small and tells most comes first. */
import type { Check } from './check.js';
import { checkpointCheck } from './checks/checkpoint.js';
import { gradientsCheck } from './checks/gradients.js';
import { networksCheck } from './checks/networks.js';
import { operationsCheck } from './checks/operations.js';
import { readingCheck } from './checks/reading.js';
import { resumeCheck } from './checks/resume.js';
import { stepsCheck } from './checks/steps.js';

/** All checks. */
export const CHECKS: readonly Check[] = [
  readingCheck,
  operationsCheck,
  gradientsCheck,
  networksCheck,
  stepsCheck,
  checkpointCheck,
  resumeCheck,
];

import { z } from 'zod';

/** How often a practice cycle can be gone through. */
export const CYCLES_MAX = 4;

/** Number of a cycle, from 1; null for what does not belong to one. */
export const CycleNumber = z.number().int().min(1).max(CYCLES_MAX).nullable();
export type CycleNumber = z.infer<typeof CycleNumber>;

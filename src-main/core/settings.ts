import { z } from 'zod';

/** What the user has chosen for this home; the app and the terminal keep to it alike. */
export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** Of new specs in the app. */
  device: z.enum(['auto', 'cpu', 'gpu']).default('auto'),
  /** Threads within an operation of TensorFlow; null for one a core. Sums may depend on their number. */
  threads: z.int().min(1).max(1024).nullable().default(null),
  /** A notification when a run or a study ends or fails. */
  notifications: z.boolean().default(true),
  /** What closing the window does while something trains. */
  onClose: z.enum(['ask', 'background', 'pause']).default('ask'),
});

export type Settings = z.infer<typeof settingsSchema>;

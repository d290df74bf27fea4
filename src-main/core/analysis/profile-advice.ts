/** How a warning says that the profile answers it; the app then offers the profile. */
export const BY_PROFILE = 'by the profile';

/** Whether a warning of the wall clock is answered by the profile. */
export function advisesProfile(warning: string): boolean {
  return warning.includes(BY_PROFILE);
}

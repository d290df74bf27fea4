export interface MenuItem {
  readonly title: string;
  run(): unknown;
  readonly disabled?: boolean;
  /** Deletes or stops something. */
  readonly danger?: boolean;
}

/** Groups of items, a line between them; empty groups are left out. */
export type MenuGroups = readonly (readonly MenuItem[])[];

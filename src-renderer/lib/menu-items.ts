export interface MenuItem {
  readonly title: string;
  run(): unknown;
  readonly disabled?: boolean;
  /** For an item that one chooses among others: whether it is the chosen one. */
  readonly isChosen?: boolean;
  /** Deletes or stops something. */
  readonly danger?: boolean;
}

/** Groups of items, a line between them; empty groups are left out. */
export type MenuGroups = readonly (readonly MenuItem[])[];

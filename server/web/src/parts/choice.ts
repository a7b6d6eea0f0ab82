// One of those that a PickSelect offers.
export interface Choice {
  value: string;
  label: string;
  about: string; // tells apart those of the same name
  mark?: string;
}

/** Something that must not be, with the operations that show it. */
export interface Violation {
  readonly rule: string;
  readonly text: string;
  readonly operations: readonly number[];
}

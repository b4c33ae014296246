/** A line for each thing of `before` that a client would miss in `after`. */
export function breaksBetween(before: object, after: object): string[];

/** The driver gives BIGINT as text; amounts are won, far below what a number holds. */
export const won = { to: (value: number) => value, from: Number };

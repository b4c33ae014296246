const DAY_MS = 86_400_000;

/** `YYYY-MM-DD` as a number of days since 1970-01-01. */
export function dayNumber(day: string): number {
  return Date.parse(day) / DAY_MS;
}

export function dayOfNumber(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** The business day of a time in Seoul (`YYYY-MM-DD HH:mm:ss`), as a number. */
export function dayOf(seoulTime: string): number {
  return dayNumber(seoulTime.slice(0, 10));
}

/** The hour, 0 to 23, of a time in Seoul. */
export function hourOf(seoulTime: string): number {
  return Number(seoulTime.slice(11, 13));
}

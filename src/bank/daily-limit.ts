/** won per business day (Asia/Seoul): of each user, and of each bank account, whoever has linked it */
export const DAILY_LIMIT = 3_000_000;

/** won that are used of a day's two limits */
export interface LimitUse {
  readonly byUser: number;
  readonly ofBankAccount: number;
}

export interface DailyLimitUse {
  readonly dailyLimit: number;
  readonly usedToday: number;
  readonly remainingToday: number;
}

/** As it is shown: by the limit of the two of which less is left. */
export function dailyLimitUse({ byUser, ofBankAccount }: LimitUse): DailyLimitUse {
  const usedToday = Math.max(byUser, ofBankAccount);
  return { dailyLimit: DAILY_LIMIT, usedToday, remainingToday: Math.max(0, DAILY_LIMIT - usedToday) };
}

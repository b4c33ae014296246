/** won per linked account and business day (Asia/Seoul) */
export const DAILY_LIMIT = 3_000_000;

export interface DailyLimitUse {
  readonly dailyLimit: number;
  readonly usedToday: number;
  readonly remainingToday: number;
}

export function dailyLimitUse(usedToday: number): DailyLimitUse {
  return { dailyLimit: DAILY_LIMIT, usedToday, remainingToday: DAILY_LIMIT - usedToday };
}

/** What a savings account can be. Rates are basis points a year: 100 of them are one per cent. */
export const SAVINGS_PRODUCTS = {
  FREE: { name: '자유적금', rateBasisPoints: 300, needsDailyDeposit: false },
  REGULAR: { name: '정기적금', rateBasisPoints: 500, needsDailyDeposit: true },
} as const;

export type SavingsProduct = keyof typeof SAVINGS_PRODUCTS;

export const SAVINGS_PRODUCT_NAMES = Object.keys(SAVINGS_PRODUCTS) as SavingsProduct[];

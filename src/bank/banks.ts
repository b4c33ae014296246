/** KFTC's three-digit codes of the banks users name most; spaces, case and a trailing BANK/은행 don't matter. */
const CODES: Readonly<Record<string, string>> = {
  KDB: '002',
  산업: '002',
  IBK: '003',
  기업: '003',
  KB: '004',
  KOOKMIN: '004',
  국민: '004',
  SUHYUP: '007',
  수협: '007',
  NH: '011',
  NONGHYUP: '011',
  농협: '011',
  WOORI: '020',
  우리: '020',
  SC: '023',
  SC제일: '023',
  CITI: '027',
  씨티: '027',
  IM: '031',
  DAEGU: '031',
  대구: '031',
  BUSAN: '032',
  부산: '032',
  GWANGJU: '034',
  광주: '034',
  JEJU: '035',
  제주: '035',
  JEONBUK: '037',
  전북: '037',
  KYONGNAM: '039',
  경남: '039',
  MG: '045',
  새마을금고: '045',
  SHINHYUP: '048',
  신협: '048',
  POST: '071',
  우체국: '071',
  HANA: '081',
  하나: '081',
  SHINHAN: '088',
  신한: '088',
  K: '089',
  케이: '089',
  KAKAO: '090',
  카카오: '090',
  TOSS: '092',
  토스: '092',
};

/** Any other bank: the sandbox links it all the same; a real one would have its code from the user's consent. */
const OTHER_BANK = '099';

export function bankCodeOf(name: string): string {
  const stem = name
    .toUpperCase()
    .replace(/\s+/g, '')
    .replace(/(BANK|은행|뱅크)$/, '');
  return CODES[stem] ?? OTHER_BANK;
}

/**
 * The sandbox's handle of a linked account (fintech_use_num, 24 characters): the bank's code and the account's digits
 * in base 36, with a leading 1 that keeps leading zeros. A real handle comes from the user's consent at the bank.
 */
export function sandboxHandle(bankCode: string, accountNumber: string): string {
  const digits = BigInt(`1${accountNumber.replaceAll('-', '')}`);
  return bankCode + digits.toString(36).toUpperCase().padStart(21, '0');
}

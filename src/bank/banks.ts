/** A bank, or a securities firm, with which users have accounts. */
export interface Bank {
  /** KFTC's three digits. */
  readonly code: string;
  readonly name: string;
  /** What else it is called, in Korean and English, its former names included. */
  readonly aliases: readonly string[];
}

/** Code, name, aliases. Spaces, hyphens, dots, case and a trailing BANK, 은행 or 뱅크 make no other name. */
const ROWS: readonly (readonly [code: string, name: string, ...aliases: string[]])[] = [
  ['002', 'KDB산업은행', 'KDB', '산업은행', '한국산업은행', 'KOREA DEVELOPMENT BANK'],
  ['003', 'IBK기업은행', 'IBK', '기업은행', '중소기업은행', 'INDUSTRIAL BANK OF KOREA'],
  ['004', 'KB국민은행', 'KB', '국민은행', 'KOOKMIN BANK', 'KB KOOKMIN BANK'],
  ['007', 'Sh수협은행', '수협은행', '수협', 'SUHYUP BANK'],
  ['011', 'NH농협은행', 'NH', '농협은행', '농협', 'NONGHYUP BANK', 'NH NONGHYUP BANK'],
  ['012', '지역농축협', '지역농협', '단위농협', '농축협', '축협'],
  ['020', '우리은행', 'WOORI BANK'],
  ['023', 'SC제일은행', 'SC', '제일은행', 'SC FIRST BANK', 'STANDARD CHARTERED BANK'],
  ['027', '한국씨티은행', '씨티은행', 'CITIBANK', 'CITIBANK KOREA'],
  ['031', 'iM뱅크', '아이엠뱅크', '대구은행', 'DGB대구은행', 'DAEGU BANK'],
  ['032', '부산은행', 'BNK부산은행', 'BUSAN BANK', 'BNK BUSAN BANK'],
  ['034', '광주은행', 'GWANGJU BANK', 'KWANGJU BANK'],
  ['035', '제주은행', 'JEJU BANK'],
  ['037', '전북은행', 'JB전북은행', 'JEONBUK BANK'],
  ['039', '경남은행', 'BNK경남은행', 'KYONGNAM BANK', 'GYEONGNAM BANK', 'BNK KYONGNAM BANK'],
  ['045', 'MG새마을금고', 'MG', '새마을금고', '새마을금고중앙회', 'KFCC'],
  ['048', '신협', '신협중앙회', '신용협동조합', 'SHINHYUP'],
  [
    '050',
    '저축은행',
    '상호저축은행',
    '저축은행중앙회',
    'SBI저축은행',
    'OK저축은행',
    '웰컴저축은행',
    '페퍼저축은행',
    'SAVINGS BANK',
  ],
  ['054', 'HSBC은행', 'HSBC', '홍콩상하이은행'],
  ['055', '도이치은행', '도이치뱅크', 'DEUTSCHE BANK'],
  ['057', 'JP모간체이스은행', '제이피모간체이스은행', 'JPMORGAN CHASE BANK'],
  ['060', 'BOA은행', '뱅크오브아메리카', 'BANK OF AMERICA'],
  ['061', 'BNP파리바은행', '비엔피파리바은행', 'BNP PARIBAS'],
  ['062', '중국공상은행', 'ICBC'],
  ['063', '중국은행', 'BANK OF CHINA'],
  ['064', '산림조합', '산림조합중앙회', 'SJ산림조합'],
  ['067', '중국건설은행', 'CHINA CONSTRUCTION BANK'],
  ['071', '우체국', '우체국예금', 'KOREA POST', 'POST'],
  ['081', '하나은행', 'HANA BANK', 'KEB하나은행', 'KEB HANA BANK'],
  ['088', '신한은행', 'SHINHAN BANK'],
  ['089', '케이뱅크', 'K BANK'],
  ['090', '카카오뱅크', 'KAKAO BANK'],
  ['092', '토스뱅크', 'TOSS BANK'],
  ['209', '유안타증권', '동양종합금융증권', 'YUANTA SECURITIES'],
  ['218', 'KB증권', '현대증권', 'KB SECURITIES'],
  ['224', 'BNK투자증권', 'BNK SECURITIES'],
  ['225', 'IBK투자증권', 'IBK SECURITIES'],
  ['227', '다올투자증권', 'KTB투자증권', 'DAOL SECURITIES'],
  ['238', '미래에셋증권', '미래에셋', '미래에셋대우', '대우증권', 'MIRAE ASSET SECURITIES'],
  ['240', '삼성증권', 'SAMSUNG SECURITIES'],
  ['243', '한국투자증권', '한투', '한투증권', 'KOREA INVESTMENT & SECURITIES'],
  ['247', 'NH투자증권', 'NH INVESTMENT & SECURITIES'],
  ['261', '교보증권', 'KYOBO SECURITIES'],
  ['262', 'iM증권', '아이엠증권', '하이투자증권', 'IM SECURITIES'],
  ['263', '현대차증권', 'HMC투자증권', 'HYUNDAI MOTOR SECURITIES'],
  ['264', '키움증권', '키움', 'KIWOOM SECURITIES'],
  ['265', 'LS증권', '이베스트투자증권', 'LS SECURITIES'],
  ['266', 'SK증권', 'SK SECURITIES'],
  ['267', '대신증권', 'DAISHIN SECURITIES'],
  ['269', '한화투자증권', '한화증권', 'HANWHA SECURITIES'],
  ['270', '하나증권', '하나금융투자', '하나대투증권', 'HANA SECURITIES'],
  ['271', '토스증권', 'TOSS SECURITIES'],
  ['278', '신한투자증권', '신한금융투자', 'SHINHAN SECURITIES'],
  ['279', 'DB증권', 'DB금융투자', '동부증권', 'DB SECURITIES'],
  ['280', '유진투자증권', 'EUGENE SECURITIES'],
  ['287', '메리츠증권', '메리츠종합금융증권', 'MERITZ SECURITIES'],
  ['288', '카카오페이증권', 'KAKAOPAY SECURITIES'],
  ['290', '부국증권', 'BOOKOOK SECURITIES'],
  ['291', '신영증권', 'SHINYOUNG SECURITIES'],
  ['292', '케이프투자증권', 'CAPE SECURITIES'],
];

export const BANKS: readonly Bank[] = ROWS.map(([code, name, ...aliases]) => ({ code, name, aliases }));

const byStem = new Map(BANKS.flatMap((bank) => [bank.name, ...bank.aliases].map((name) => [stemOf(name), bank])));

export function findBank(name: string): Bank | null {
  return byStem.get(stemOf(name)) ?? null;
}

/** @throws Error for a bank that is not in the list: `BankName` has let nobody name one */
export function bankCodeOf(name: string): string {
  const bank = findBank(name);
  if (!bank) throw new Error('no such bank');
  return bank.code;
}

/** What the bank with this code is called; undefined for a code that is none of these. */
export function bankNameOf(code: string): string | undefined {
  return BANKS.find((bank) => bank.code === code)?.name;
}

/** What is the same in all spellings of a name. */
function stemOf(name: string): string {
  return name
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s.&-]+/g, '')
    .replace(/(BANK|은행|뱅크)$/, '');
}

/**
 * The sandbox's handle of a linked account (fintech_use_num, 24 characters): the bank's code and the account's digits
 * in base 36, with a leading 1 that keeps leading zeros. A real handle comes from the user's consent at the bank.
 */
export function sandboxHandle(bankCode: string, accountNumber: string): string {
  const digits = BigInt(`1${accountNumber.replaceAll('-', '')}`);
  return bankCode + digits.toString(36).toUpperCase().padStart(21, '0');
}

/** Of the frame around every page, the sign-in, and what all pages share. */
export const SHELL_TEXTS = {
  skipToContent: { ko: '본문으로 건너뛰기', en: 'Skip to content' },
  navigation: { ko: '메뉴', en: 'Navigation' },
  sandbox: { ko: '샌드박스', en: 'Sandbox' },
  signOut: { ko: '로그아웃', en: 'Sign out' },
  'role.operator': { ko: '운영자', en: 'Operator' },
  'role.auditor': { ko: '감사자 · 조회 전용', en: 'Auditor · read only' },
  'role.anyone': { ko: '키 없음', en: 'No key' },

  signIn: { ko: '로그인', en: 'Sign in' },
  signInLead: {
    ko: '운영자 또는 감사자의 API 키로 로그인합니다.',
    en: 'Sign in with the API key of an operator or an auditor.',
  },
  apiKey: { ko: 'API 키', en: 'API key' },
  keyHint: {
    ko: '키는 암호화되어 이 브라우저의 쿠키에만 보관됩니다. 15분 동안 쓰지 않거나 8시간이 지나면 로그아웃됩니다.',
    en: 'It is kept encrypted in a cookie of this browser alone. You are signed out after 15 minutes without use, or after 8 hours.',
  },
  keyWrong: { ko: '키가 올바르지 않거나 폐기되었습니다.', en: 'The key is wrong, or was revoked.' },
  keyOfOther: {
    ko: '이 키로는 콘솔을 쓸 수 없습니다. 운영자 또는 감사자의 키가 필요합니다.',
    en: 'This key does not open the console: it takes the key of an operator or an auditor.',
  },
  keyNeeded: { ko: '키를 입력해 주세요.', en: 'Enter a key.' },
  withoutKey: { ko: '키 없이 계속하기', en: 'Continue without a key' },
  withoutKeyWhy: {
    ko: '이 서비스는 키를 요구하지 않습니다(AUTH=optional). 누구나 무엇이든 할 수 있는 연습용 환경입니다.',
    en: 'This service requires no keys (AUTH=optional): everybody may do anything here. It is for practice.',
  },
  'ended.idle': {
    ko: '15분 동안 사용하지 않아 로그아웃되었습니다.',
    en: 'You were signed out after 15 minutes without use.',
  },
  'ended.old': { ko: '8시간이 지나 로그아웃되었습니다.', en: 'You were signed out after 8 hours.' },
  'ended.revoked': {
    ko: '키가 더 이상 유효하지 않아 모든 곳에서 로그아웃되었습니다.',
    en: 'The key is not good any more: it was signed out everywhere.',
  },
  'ended.signed-out': { ko: '로그아웃되었습니다.', en: 'You are signed out.' },
  goOn: { ko: '콘솔로 계속하기', en: 'Go on to the console' },

  foreignForm: { ko: '양식을 받을 수 없습니다', en: 'The form can’t be taken' },
  foreignFormWhy: {
    ko: '이 양식은 현재 로그인에서 만들어지지 않았거나 너무 오래되었습니다. 아무 일도 일어나지 않았습니다. 페이지를 다시 열어 주세요.',
    en: 'It was not made in this session, or is too old. Nothing was done. Open its page again.',
  },
  code: { ko: '코드', en: 'Code' },
  requestId: { ko: '요청 번호', en: 'Request' },
  toFirstPage: { ko: '콘솔 첫 페이지로', en: 'To the first page' },
  tryAgainIn: { ko: '{seconds}초 뒤에 다시 시도해 주세요.', en: 'Try again in {seconds} s.' },

  nothingHere: { ko: '해당하는 항목이 없습니다.', en: 'There is nothing here.' },
  pages: { ko: '페이지', en: 'Pages' },
  firstPage: { ko: '처음으로', en: 'First page' },
  nextPage: { ko: '다음 페이지', en: 'Next page' },
  show: { ko: '조회', en: 'Show' },
  partnerId: { ko: '가맹점 번호', en: 'Partner ID' },
  actions: { ko: '작업', en: 'Actions' },
  state: { ko: '상태', en: 'State' },

  'age.seconds': { ko: '{count}초', en: '{count} s' },
  'age.minutes': { ko: '{count}분', en: '{count} min' },
  'age.hours': { ko: '{count}시간', en: '{count} h' },
  'age.days': { ko: '{count}일', en: '{count} d' },

  reason: { ko: '사유', en: 'Reason' },
  reasonHint: {
    ko: '누가, 언제, 어디서 했는지와 함께 기록되며 지울 수 없습니다.',
    en: 'It is recorded with who did it, when and from where, and can’t be removed.',
  },
  leave: { ko: '그만두기', en: 'Leave it' },
  back: { ko: '돌아가기', en: 'Back' },
  done: { ko: '처리되었습니다', en: 'Done' },
  notKnownYet: {
    ko: '결과를 아직 알 수 없습니다. 다시 하지 말고, 돌아가서 상태를 확인해 주세요.',
    en: 'The outcome is not known yet. Do not do it again: go back, and look at the state.',
  },
} as const;

/**
 * Of freezing users and partners, and of what was done to them. Names come last: whatever is in them turns nothing else
 * around.
 */
export const FREEZE_TEXTS = {
  'freeze.since': { ko: '정지 시각', en: 'Frozen since' },
  'freeze.by': { ko: '정지한 사람', en: 'Frozen by' },
  'freeze.why': { ko: '정지 사유', en: 'Why' },
  'freeze.unknown': { ko: '기록을 찾지 못했습니다.', en: 'not among the last acts' },
  'freeze.link': { ko: '이용 정지', en: 'Freeze' },
  'freeze.linkAway': { ko: '정지 해제', en: 'Unfreeze' },

  'freeze.userTitle': { ko: '사용자 {id} 이용 정지: {name}', en: 'Freeze user {id}: {name}' },
  'freeze.userStops': {
    ko: '응답이 온 순간부터 이 사용자에게서 나가거나 들어오는 새 거래는 모든 인스턴스에서 거절됩니다(AccountFrozen).',
    en: 'From the answer on, whatever would take money from this user, or give them any, is refused everywhere (AccountFrozen).',
  },
  'freeze.userLinks': {
    ko: '연결 계좌를 바꾸거나 지갑을 해지할 수도 없습니다.',
    en: 'Linked accounts can’t be changed, and the wallet can’t be closed.',
  },
  'freeze.userGoesOn': {
    ko: '이미 시작된 것은 끝까지 처리됩니다: 은행의 답을 기다리는 충전과 출금, 승인된 결제의 매입·취소·만료, 환불, 받지 않은 송금의 반환, 이자.',
    en: 'What is under way is settled: top-ups and payouts that wait for a bank; capture, void and expiry of what was authorised; refunds; the return of held transfers. Interest goes on.',
  },
  'freeze.untilUndone': { ko: '누군가 해제할 때까지 계속됩니다.', en: 'It lasts until somebody unfreezes.' },
  'freeze.userDone': { ko: '{at}부터 이용 정지: {name}', en: 'Frozen since {at}: {name}' },

  'unfreeze.userTitle': { ko: '사용자 {id} 정지 해제: {name}', en: 'Unfreeze user {id}: {name}' },
  'unfreeze.userStarts': {
    ko: '응답이 온 순간부터 이 사용자의 돈이 다시 움직일 수 있습니다.',
    en: 'From the answer on, this user’s money may move again.',
  },
  'unfreeze.refusedStays': {
    ko: '그동안 거절된 것은 저절로 처리되지 않습니다. 다시 요청해야 합니다.',
    en: 'What was refused meanwhile is not made up for: it has to be asked for again.',
  },
  'unfreeze.userDone': { ko: '정지가 해제되었습니다: {name}', en: 'Not frozen any more: {name}' },

  'freeze.partnerTitle': { ko: '가맹점 {id} 이용 정지: {name}', en: 'Freeze partner {id}: {name}' },
  'freeze.partnerStops': {
    ko: '응답이 온 순간부터 이 가맹점의 새 결제와 승인은 모든 인스턴스에서 거절됩니다(PartnerFrozen).',
    en: 'From the answer on, new payments and authorisations of this partner are refused everywhere (PartnerFrozen).',
  },
  'freeze.partnerGoesOn': {
    ko: '매입, 승인 취소, 결제 취소, 정산, 웹훅은 계속되며 가맹점의 키도 그대로 쓸 수 있습니다.',
    en: 'Captures, voids, cancels, settlements and webhooks go on, and the partner’s keys stay good.',
  },
  'freeze.partnerDone': { ko: '{at}부터 이용 정지: {name}', en: 'Frozen since {at}: {name}' },
  'unfreeze.partnerTitle': { ko: '가맹점 {id} 정지 해제: {name}', en: 'Unfreeze partner {id}: {name}' },
  'unfreeze.partnerStarts': {
    ko: '응답이 온 순간부터 이 가맹점이 다시 결제를 받을 수 있습니다.',
    en: 'From the answer on, this partner may be paid again.',
  },
  'unfreeze.partnerDone': { ko: '정지가 해제되었습니다: {name}', en: 'Not frozen any more: {name}' },
  'freeze.submit': { ko: '이용 정지하기', en: 'Freeze' },
  'unfreeze.submit': { ko: '정지 해제하기', en: 'Unfreeze' },

  'actsOn.title': { ko: '운영자의 작업', en: 'What operators did' },
  'actsOn.none': { ko: '기록된 작업이 없습니다.', en: 'Nothing was done.' },
  'actsOn.all': { ko: '모든 기록 보기', en: 'All of it' },
  'actsOn.when': { ko: '언제', en: 'When' },
  'actsOn.what': { ko: '무엇을', en: 'What' },
  'actsOn.who': { ko: '누가, 어디서', en: 'Who, and from where' },
  'actsOn.why': { ko: '왜', en: 'Why' },
  'actsOn.key': { ko: '키 {keyId}', en: 'key {keyId}' },
} as const;

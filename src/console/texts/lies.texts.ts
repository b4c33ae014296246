/** What becomes of a request to the bank by each lie, in the order in which the page offers them: the best stories first. */
export const LIES_TEXTS = {
  'lie.answerLost': {
    ko: '처리는 했지만 응답이 오기 전에 연결이 끊깁니다. 결제는 202, 은행에 다시 물어 승인됩니다.',
    en: 'Done, then the connection is dropped. The payment is 202, and approved once the bank was asked about it.',
  },
  'lie.balanceShort': {
    ko: '은행 잔액이 부족합니다(453). 결제는 422로 거절되고 아무 돈도 움직이지 않습니다.',
    en: 'The account at the bank is short (453). The payment is refused with 422, and no money moves.',
  },
  'lie.inProgressThenDone': {
    ko: '8초쯤 “처리 중”이라고만 답하다가 성공합니다. 결제는 202, 잠시 뒤 승인됩니다.',
    en: '“In progress” for some eight seconds, then a success. The payment is 202, and approved a little later.',
  },
  'lie.inProgressThenRefused': {
    ko: '8초쯤 “처리 중”이라고만 답하다가 거절합니다. 결제는 202, 잠시 뒤 실패합니다.',
    en: '“In progress” for some eight seconds, then a refusal. The payment is 202, and fails a little later.',
  },
  'lie.maintenance': {
    ko: '은행이 점검 중입니다(A0004). 은행은 아무것도 하지 않았습니다.',
    en: 'The bank is closed (A0004), and has done nothing.',
  },
  'lie.transferLimit': { ko: '은행의 1회 이체 한도를 넘습니다(455).', en: 'Over the bank’s limit per transfer (455).' },
  'lie.dailyLimit': { ko: '은행의 1일 이체 한도를 넘습니다(456).', en: 'Over the bank’s limit per day (456).' },
  'lie.accountClosed': { ko: '해지된 계좌입니다(415).', en: 'The account is closed (415).' },
  'lie.maintenance503': { ko: '점검 중이라고 HTTP 503으로 답합니다.', en: 'Closed, and answered with HTTP 503.' },
  'lie.slow': { ko: '바로 처리하고 1초 늦게 답합니다.', en: 'Done at once, answered a second later.' },
  'lie.hang': { ko: '받지도 답하지도 않습니다.', en: 'Never taken up, never answered.' },
  'lie.reset': { ko: '받지 않고 연결을 끊습니다.', en: 'Never taken up, the connection is dropped.' },
  'lie.answerNeverComes': { ko: '처리하고 끝내 답하지 않습니다.', en: 'Done, and never answered.' },
  'lie.delayedAcceptance': {
    ko: '상대가 끊은 뒤에도 늦게 처리합니다.',
    en: 'Taken up late, even when the caller has hung up.',
  },
  'lie.resetMidBody': {
    ko: '처리하고 답하는 도중에 연결이 끊깁니다.',
    en: 'Done, the connection is dropped in mid-answer.',
  },
  'lie.brokenJson': { ko: '처리하고 깨진 JSON으로 답합니다.', en: 'Done, and answered with broken JSON.' },
  'lie.http500': { ko: '처리하고 HTTP 500으로 답합니다.', en: 'Done, and answered with HTTP 500.' },
  'lie.inProgress': {
    ko: '조회에 한 번 “처리 중”이라고 답합니다.',
    en: 'An inquiry is told “in progress” once, whatever is known.',
  },
  'lie.timeExceededThenDone': {
    ko: '시간 초과라고 답하고, 나중에 성공합니다.',
    en: 'Time exceeded, and a late success.',
  },
  'lie.answeredAsRepeated': {
    ko: '처리하고 “이미 쓴 번호”라고 답합니다(822).',
    en: 'Done, and answered 822: this id was used.',
  },
  'lie.tokenExpired': {
    ko: '토큰이 만료되었다고 하고, 새 토큰은 받습니다.',
    en: 'The token is refused; a new one is accepted.',
  },
} as const;

/** What becomes of a payment by each lie, told once, in the order in which the page offers them: the best stories first. */
export const LIES_TEXTS = {
  'lie.inProgressThenDone': {
    ko: '8초쯤 “처리 중”이라고만 답하다가 성공합니다. 결제는 202이고, 잠시 뒤 승인됩니다.',
    en: '“In progress” for some eight seconds, then a success. The payment is 202, and approved a little later.',
  },
  'lie.hang': {
    ko: '요청이 은행에 닿지 않고 답도 없습니다. 결제는 202이고, 은행이 모른다고 하면 같은 번호로 다시 요청해 승인됩니다.',
    en: 'Never taken up, never answered. The payment is 202; the bank knows nothing of it, is asked again, and it is approved.',
  },
  'lie.answerLost': {
    ko: '처리했지만 응답이 오기 전에 연결이 끊깁니다. 서비스가 곧바로 은행에 물어 알아내므로 결제는 201입니다.',
    en: 'Done, but its answer is lost. The service asks the bank at once what became of it: the payment is 201 all the same.',
  },
  'lie.inProgressThenRefused': {
    ko: '8초쯤 “처리 중”이라고만 답하다가 거절합니다. 결제는 202이고, 잠시 뒤 실패합니다.',
    en: '“In progress” for some eight seconds, then a refusal. The payment is 202, and fails a little later.',
  },
  'lie.balanceShort': {
    ko: '은행 잔액이 부족합니다(453). 결제는 422로 거절되고 아무 돈도 움직이지 않습니다.',
    en: 'The account at the bank is short (453). The payment is refused with 422, and no money moves.',
  },
  'lie.maintenance': {
    ko: '은행이 점검 중이라 아무것도 하지 않습니다(A0004). 결제는 503입니다.',
    en: 'The bank is closed, and does nothing (A0004). The payment is 503.',
  },
  'lie.maintenance503': {
    ko: '점검 중이라고 HTTP 503으로 답합니다. 결제도 503입니다.',
    en: 'Closed, and answered with HTTP 503. The payment is 503, too.',
  },
  'lie.accountClosed': {
    ko: '해지된 계좌입니다(415). 결제는 503입니다.',
    en: 'The account is closed (415). The payment is 503.',
  },
  'lie.transferLimit': {
    ko: '은행의 1회 이체 한도를 넘습니다(455). 결제는 422입니다.',
    en: 'Over the bank’s limit per transfer (455). The payment is 422.',
  },
  'lie.dailyLimit': {
    ko: '은행의 1일 이체 한도를 넘습니다(456). 결제는 422입니다.',
    en: 'Over the bank’s limit per day (456). The payment is 422.',
  },
  'lie.reset': {
    ko: '받지 않고 연결을 끊습니다. 결제는 202이고, 다시 요청해 승인됩니다.',
    en: 'Never taken up, the connection is dropped. The payment is 202; the bank is asked again.',
  },
  'lie.delayedAcceptance': {
    ko: '상대가 끊은 뒤에야 처리합니다. 결제는 202입니다.',
    en: 'Taken up late, even when the caller has hung up. The payment is 202.',
  },
  'lie.timeExceededThenDone': {
    ko: '시간 초과라고 답하고 나중에 성공합니다. 결제는 202입니다.',
    en: 'Time exceeded, and a late success. The payment is 202.',
  },
  'lie.answerNeverComes': {
    ko: '처리하고 끝내 답하지 않습니다. 기다리다가 은행에 물어 알아냅니다.',
    en: 'Done, and never answered: it is waited for, and then the bank is asked about it.',
  },
  'lie.slow': { ko: '바로 처리하고 1초 늦게 답합니다.', en: 'Done at once, answered a second later.' },
  'lie.resetMidBody': {
    ko: '처리하고 답하는 도중에 연결이 끊깁니다.',
    en: 'Done, the connection is dropped in mid-answer.',
  },
  'lie.brokenJson': { ko: '처리하고 깨진 JSON으로 답합니다.', en: 'Done, and answered with broken JSON.' },
  'lie.http500': { ko: '처리하고 HTTP 500으로 답합니다.', en: 'Done, and answered with HTTP 500.' },
  'lie.answeredAsRepeated': {
    ko: '처리하고 “이미 쓴 번호”라고 답합니다(822).',
    en: 'Done, and answered 822: this id was used.',
  },
  'lie.inProgress': {
    ko: '결과를 물으면 한 번 “처리 중”이라고 답합니다. 결과를 물을 일이 있어야 보입니다.',
    en: 'An inquiry is told “in progress” once, whatever is known: seen only where there is one.',
  },
  'lie.tokenExpired': {
    ko: '토큰이 만료되었다고 하고, 새 토큰은 받습니다.',
    en: 'The token is refused; a new one is accepted.',
  },
} as const;

export const PENDING_TEXTS = {
  pending: { ko: '은행 대기', en: 'Pending' },
  pendingLead: {
    ko: '은행의 답을 기다리는 출금과 지급입니다. 오래된 것부터 보입니다.',
    en: 'What waits for a bank’s answer, in both directions, oldest first.',
  },
  'pending.none': { ko: '은행을 기다리는 것이 없습니다.', en: 'Nothing waits for a bank.' },
  'pending.what': { ko: '무엇', en: 'What' },
  'pending.amount': { ko: '금액', en: 'Amount' },
  'pending.ofAll': { ko: '{amount} 가운데', en: 'of {amount}' },
  'pending.age': { ko: '기다린 시간', en: 'Waits' },
  'pending.asked': { ko: '조회', en: 'Inquiries' },
  'pending.bank': { ko: '은행', en: 'Bank' },
  'pending.next': { ko: '다음 조회', en: 'Next inquiry' },
  'pending.due': { ko: '곧', en: 'due' },
  'pending.in': { ko: '{seconds}초 뒤', en: 'in {seconds} s' },
  'pending.user': { ko: '고객 {id}', en: 'User {id}' },
  'pending.watched': { ko: '{seconds}초마다 다시 봅니다.', en: 'It is looked at again every {seconds} s.' },

  'inquire.link': { ko: '바로 조회', en: 'Inquire now' },
  'inquire.label': { ko: '바로 조회: 거래 {id}', en: 'Inquire now: movement {id}' },
  'inquire.title': { ko: '거래 {id} 은행 조회', en: 'Inquire about movement {id}' },
  'inquire.effect.ask.WITHDRAWAL': {
    ko: '{bank}에 {amount} 출금의 결과를 바로 묻습니다.',
    en: '{bank} is asked at once what became of the {amount} that it was to give.',
  },
  'inquire.effect.ask.PAYOUT': {
    ko: '{bank}에 {amount} 지급의 결과를 바로 묻습니다.',
    en: '{bank} is asked at once what became of the {amount} that it was to receive.',
  },
  'inquire.effect.settle': {
    ko: '은행이 확실히 답하면 그대로 확정됩니다. 처리했다면 완료되고, 거절했다면 잡아 둔 돈이 풀립니다.',
    en: 'What the bank says for certain is settled: it is completed, or what is set aside is free again.',
  },
  'inquire.effect.resend': {
    ko: '은행이 받은 적이 없다고 하면 같은 번호로 다시 요청합니다. 두 번 처리되지 않습니다.',
    en: 'What the bank has never heard of is sent again under the same number: it is never done twice.',
  },
  'inquire.effect.pause': {
    ko: '같은 거래는 누가 묻든 10초에 한 번만 묻습니다.',
    en: 'About one movement it is asked every ten seconds at most, whoever asks.',
  },
  'inquire.submit': { ko: '은행에 묻기', en: 'Ask the bank' },
  'inquire.DONE': {
    ko: '은행: 처리했습니다. 거래가 확정되었습니다.',
    en: 'The bank: it is done. The movement is settled.',
  },
  'inquire.REFUSED': {
    ko: '은행: 거절했습니다. 거래는 실패로 끝났고, 잡아 둔 돈은 풀렸습니다.',
    en: 'The bank: it was refused. The movement has failed, and what was set aside is free again.',
  },
  'inquire.PENDING': {
    ko: '은행이 확실한 답을 하지 않았습니다. 서비스가 계속 묻습니다.',
    en: 'The bank gave no definite answer. The service goes on asking.',
  },
  'inquire.notAsked': {
    ko: '지금은 은행에 묻지 않았습니다. 방금 물었거나, 요청이 아직 답을 기다리고 있습니다. 10초 뒤에 다시 해 보세요.',
    en: 'The bank was not asked just now: it was asked a moment ago, or the request still waits. Try again in ten seconds.',
  },
  'inquire.before': { ko: '이미 알려진 결과입니다.', en: 'That was known already.' },
  'inquire.settled': { ko: '이 거래는 은행을 기다리지 않습니다.', en: 'This movement does not wait for a bank.' },
} as const;

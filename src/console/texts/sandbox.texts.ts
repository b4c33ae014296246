export const SANDBOX_TEXTS = {
  sandboxTitle: { ko: '샌드박스: 결제 한 번 따라가기', en: 'Sandbox: follow one payment' },
  sandboxLead: {
    ko: '위에서부터 차례로 해 보세요. 가짜 은행과 가짜 돈이라 망가질 것이 없습니다.',
    en: 'Go from top to bottom. The bank and its money are made up: nothing can break.',
  },
  'sandbox.start': {
    ko: '처음이라면 여기서 시작하세요: 고객을 만들고, 은행이 거짓말하게 하고, 결제가 어떻게 되는지 지켜봅니다.',
    en: 'New here? Start with the sandbox: sign up a customer, have the bank lie, and watch what becomes of a payment.',
  },
  'sandbox.curl': { ko: '같은 일을 명령줄에서', en: 'The same on the command line' },
  'sandbox.answered': { ko: '{what}: 응답 {status}', en: '{what} was answered {status}' },
  'sandbox.goOn': { ko: '{number}단계로', en: 'Go on with step {number}' },
  'sandbox.means.202': {
    ko: '아직 모른다는 답입니다. 부른 쪽은 Location을 다시 보거나 웹훅을 기다립니다.',
    en: 'That says: not known yet. The caller looks at Location again, or waits for a webhook.',
  },
  'sandbox.means.409': {
    ko: '이 키로는 이미 처리되었습니다. 두 번 움직인 돈은 없습니다.',
    en: 'It was done before under this key. No money has moved twice.',
  },
  'sandbox.means.422': { ko: '거절되었습니다. 움직인 돈은 없습니다.', en: 'It is refused. No money has moved.' },
  'sandbox.means.503': {
    ko: '지금은 할 수 없어 아무것도 하지 않았습니다. 나중에 새 키로 다시 보내면 됩니다.',
    en: 'It can’t be done now, and nothing was. It may be sent again later, under another key.',
  },
  'sandbox.isDone': { ko: '했음', en: 'done' },
  'sandbox.needsNoKey': {
    ko: '이 단계는 고객이나 가맹점으로서 부르는 것이라, 운영자의 키로는 할 수 없습니다.',
    en: 'This step is a customer’s or a partner’s, and an operator’s key does not open it.',
  },
  'sandbox.signOutFirst': {
    ko: '로그아웃하고 “키 없이 계속하기”로 다시 들어오세요.',
    en: 'Sign out, and come in with “Continue without a key”.',
  },
  'sandbox.needsAppKey': {
    ko: 'AUTH=optional로 시작한 서비스에서 키 없이 들어오거나, 지갑 서버의 키로 아래 명령을 쓰세요.',
    en: 'It takes a service with AUTH=optional, or the command below with a key of the own back end.',
  },
  'sandbox.toKeys': { ko: '키 만들기', en: 'Make a key' },
  'sandbox.firstCustomer': { ko: '먼저 1단계에서 고객을 만드세요.', en: 'Sign a customer up first: step 1.' },

  'sandbox.customer': { ko: '고객 가입', en: 'Sign a customer up' },
  'sandbox.customerWhat': {
    ko: '고객에게 잔액 0원인 계좌가 생기고, 다른 은행의 계좌가 연결됩니다. 모자라는 돈은 그 계좌에서 가져옵니다.',
    en: 'The customer gets an account with ₩0 on it, and an account at another bank is linked: what is missing is taken from there.',
  },
  'sandbox.name': { ko: '이름', en: 'Name' },
  'sandbox.email': { ko: '이메일', en: 'E-mail' },
  'sandbox.bankName': { ko: '은행', en: 'Bank' },
  'sandbox.accountNumber': { ko: '은행 계좌', en: 'Account there' },
  'sandbox.signUp': { ko: '가입시키기', en: 'Sign up' },
  'sandbox.another': { ko: '다른 고객 가입시키기', en: 'Sign up another one' },
  'sandbox.balance': { ko: '잔액', en: 'Balance' },
  'sandbox.linked': { ko: '연결된 계좌', en: 'Linked account' },
  'sandbox.customerTitle': { ko: '고객 {id}', en: 'Customer {id}' },

  'sandbox.bank': { ko: '은행이 거짓말하게 하기', en: 'Have the bank lie' },
  'sandbox.bankWhat': {
    ko: '다음에 돈을 옮겨 달라고 할 때 한 번만 거짓말하고, 그 뒤로는 사실대로 답합니다. 이 샌드박스를 쓰는 모두에게 그렇습니다.',
    en: 'The bank lies once, when it is next asked to move money, and then tells the truth: to everybody who uses this sandbox.',
  },
  'sandbox.bankNow': { ko: '마지막으로 정한 것:', en: 'Set last:' },
  'sandbox.truth': { ko: '사실대로', en: 'The truth' },
  'sandbox.truthWhat': {
    ko: '달라는 대로 바로 내줍니다. 결제는 201로 승인됩니다.',
    en: 'The bank gives what it is asked for, at once. The payment is approved with 201.',
  },
  'sandbox.lieLegend': { ko: '은행이 하는 일', en: 'What the bank does' },
  'sandbox.moreLies': { ko: '다른 거짓말 {count}가지', en: '{count} more lies' },
  'sandbox.setLie': { ko: '이렇게 하기', en: 'Have it so' },
  'sandbox.noBank': {
    ko: '이 서비스는 은행 시뮬레이터가 어디 있는지 모릅니다(BANK_SIMULATOR_URL).',
    en: 'This service was not told where a simulator of the bank is (BANK_SIMULATOR_URL).',
  },
  'sandbox.lieTimes': { ko: '{lie} (많아야 {times}번)', en: '{lie} (at most: {times})' },

  'sandbox.pay': { ko: '결제하기', en: 'Pay' },
  'sandbox.payWhat': {
    ko: '가맹점 {partnerId}이(가) 이 고객의 돈 {amount}을(를) 달라고 합니다. 계좌에 모자라는 만큼은 은행에서 가져옵니다.',
    en: 'Partner {partnerId} asks for {amount} of this customer’s. What the account is short of is taken from the bank.',
  },
  'sandbox.payOnce': {
    ko: 'Idempotency-Key 하나로는 몇 번을 보내도 한 번만 결제됩니다:',
    en: 'However often it is sent, one Idempotency-Key pays once:',
  },
  'sandbox.amount': { ko: '금액(원)', en: 'Amount (won)' },
  'sandbox.manual': {
    ko: '승인만 하기(capture: MANUAL): 돈을 따로 묶어 두고, 7일 안에 매입하지 않으면 풀립니다.',
    en: 'Only authorise (capture: MANUAL): the money is set aside, and free again after seven days.',
  },
  'sandbox.payNow': { ko: '결제하기', en: 'Pay' },
  'sandbox.charge': { ko: '먼저 계좌에 충전해 두기', en: 'Charge the account first' },
  'sandbox.chargeWhat': {
    ko: '은행에서 계좌로 미리 가져옵니다. 넉넉하면 결제할 때 은행에 묻지 않습니다.',
    en: 'Money is taken from the bank beforehand. Where there is enough, a payment asks no bank.',
  },
  'sandbox.chargeAmount': { ko: '충전할 금액(원)', en: 'Amount to charge (won)' },
  'sandbox.chargeNow': { ko: '충전하기', en: 'Charge' },

  'sandbox.story': { ko: '지켜보기', en: 'Watch what becomes of it' },
  'sandbox.storyWhat': {
    ko: '결과를 모르는 동안 이 화면은 1초마다 다시 봅니다.',
    en: 'While its outcome is not known, this part looks again every second.',
  },
  'sandbox.noPayment': { ko: '아직 결제가 없습니다: 3단계.', en: 'There is no payment yet: step 3.' },
  'sandbox.storyOf': { ko: '결제 {id}', en: 'Payment {id}' },
  'sandbox.lookAgain': { ko: '다시 보기', en: 'Look again' },
  'sandbox.allOfIt': { ko: '이 결제의 모든 것', en: 'All of this payment' },
  'sandbox.hear': {
    ko: '가맹점으로서 알림을 받아 보려면:',
    en: 'To hear of it as the partner does:',
  },
  'sandbox.watch': { ko: '다른 결제 보기', en: 'Watch a payment' },
  'sandbox.paymentId': { ko: '결제 번호', en: 'Payment ID' },

  'sandbox.state.PENDING': {
    ko: '아직 아무도 모릅니다. 서비스가 스스로 은행에 다시 묻습니다.',
    en: 'Nobody knows yet. The service asks the bank about it, by itself.',
  },
  'sandbox.state.APPROVED': { ko: '승인되었습니다.', en: 'It is approved.' },
  'sandbox.state.AUTHORIZED': {
    ko: '승인만 되었습니다. 가맹점이 매입하거나 7일이 지나기를 기다립니다: 5단계에서 시계를 옮겨 보세요.',
    en: 'It is authorised, until the partner captures it or seven days are over: move the clock in step 5.',
  },
  'sandbox.state.FAILED': {
    ko: '실패했습니다. 움직인 돈은 없고, 묶인 돈은 풀렸습니다.',
    en: 'It failed. No money has moved, and what was set aside is free again.',
  },
  'sandbox.state.VOIDED': {
    ko: '승인이 풀렸습니다. 돈은 고객에게 있습니다.',
    en: 'It is voided: the customer has the money.',
  },
  'sandbox.state.CANCELED': { ko: '전액 취소되었습니다.', en: 'It was given back.' },
  'sandbox.state.PARTIALLY_CANCELED': { ko: '일부 취소되었습니다.', en: 'It was given back in part.' },

  'sandbox.on.REQUESTED': { ko: '가맹점이 {amount}을(를) 요청했습니다', en: 'The partner asks for {amount}' },
  'sandbox.on.HELD': { ko: '계좌의 {amount}을(를) 따로 묶었습니다', en: '{amount} of the account is set aside' },
  'sandbox.on.BANK_ASKED': {
    ko: '모자라는 {amount}을(를) 은행에 요청했습니다',
    en: 'The bank is asked for the missing {amount}',
  },
  'sandbox.on.BANK_RESENT': {
    ko: '같은 번호로 은행에 다시 요청했습니다',
    en: 'The bank is asked again, under the same id',
  },
  'sandbox.on.BANK_DONE': { ko: '은행이 내주었습니다', en: 'The bank has paid' },
  'sandbox.on.BANK_REFUSED': { ko: '은행이 거절했습니다', en: 'The bank has refused' },
  'sandbox.on.APPROVED': { ko: '{amount} 결제 승인', en: '{amount} is approved' },
  'sandbox.on.AUTHORIZED': { ko: '{amount} 승인(매입 전)', en: '{amount} is authorised' },
  'sandbox.on.FAILED': { ko: '결제 실패', en: 'The payment fails' },
  'sandbox.on.CAPTURED': { ko: '{amount} 매입', en: '{amount} is captured' },
  'sandbox.on.VOIDED': { ko: '승인 취소', en: 'The authorisation is voided' },
  'sandbox.on.EXPIRED': { ko: '승인 기한이 지났습니다', en: 'The authorisation has expired' },
  'sandbox.on.CANCELED': { ko: '{amount} 취소', en: '{amount} is given back' },
  'sandbox.on.WEBHOOK': { ko: '알림을 보냈습니다', en: 'Somebody is told' },
  'sandbox.why.BANK_ASKED': {
    ko: '계정을 잠그지도, 트랜잭션을 열어 두지도 않고 기다립니다.',
    en: 'No account is locked and no transaction is open while its answer is waited for.',
  },
  'sandbox.inquiries': { ko: '그 전에 {count}번 물었습니다', en: 'asked about it before: {count}' },

  'sandbox.clock': { ko: '시계 옮기기', en: 'Move the clock' },
  'sandbox.clockWhat': {
    ko: '영업일, 한도, 만료, 예약이 이 시계를 따릅니다. 모든 서버의 시계가 1초 안에 옮겨집니다. 이 콘솔의 로그인은 그대로입니다.',
    en: 'Business days, limits, expiries and schedules go by it: of all instances, within a second. It signs nobody out.',
  },
  'sandbox.clockNow': { ko: '지금:', en: 'It is' },
  'sandbox.offset': { ko: '진짜 시간보다', en: 'Ahead of the real time by' },
  'sandbox.offset.0': { ko: '0 (진짜 시간)', en: 'nothing (the real time)' },
  'sandbox.offset.3600': { ko: '1시간', en: 'an hour' },
  'sandbox.offset.86400': { ko: '하루', en: 'a day' },
  'sandbox.offset.691200': { ko: '8일', en: 'eight days' },
  'sandbox.offset.2764800': { ko: '32일', en: '32 days' },
  'sandbox.offsetOther': { ko: '{seconds}초', en: '{seconds} s' },
  'sandbox.setClock': { ko: '옮기기', en: 'Move it' },
} as const;

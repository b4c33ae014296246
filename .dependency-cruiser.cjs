// The map of the house: what each room may stand on. Everything points downwards.
const floor = ['platform'];
const movement = [...floor, 'ledger', 'acts', 'idempotency', 'movements'];
const rooms = {
  platform: [],
  ledger: floor,
  acts: floor,
  idempotency: [...floor, 'acts'],
  bank: [...floor, 'ledger'],
  audit: [...floor, 'ledger', 'bank', 'movements'],
  movements: [...floor, 'ledger', 'acts', 'bank', 'idempotency'],
  partners: [...floor, 'ledger', 'acts', 'idempotency'],
  auth: [...floor, 'ledger', 'acts', 'idempotency', 'partners', 'audit'],
  // It asks the service's own API, and knows no room.
  console: floor,
  webhooks: [...floor, 'acts', 'idempotency', 'partners', 'movements', 'audit'],
  users: [...floor, 'ledger', 'acts', 'bank', 'idempotency'],
  accounts: [...movement, 'bank', 'users', 'partners'],
  savings: [...movement, 'users', 'webhooks', 'audit'],
  transfers: [...movement, 'users', 'webhooks', 'audit'],
  wallets: [...movement, 'bank', 'users', 'transfers'],
  agreements: [...floor, 'ledger', 'idempotency', 'users', 'partners', 'audit'],
  payments: [...movement, 'users', 'partners', 'agreements', 'webhooks', 'audit'],
  settlements: [...floor, 'ledger', 'partners', 'payments', 'audit'],
  operations: [...movement, 'acts', 'bank', 'users', 'partners', 'agreements', 'payments', 'webhooks', 'audit'],
};
const roomNames = Object.keys(rooms).join('|');

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, below]) => ({
      name: `${room}-stands-on`,
      comment: `${room} may use ${below.length > 0 ? below.join(', ') : 'no other room'}.`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: `^src/(${roomNames})/`, pathNot: `^src/(${[room, ...below].join('|')})/` },
    })),
    {
      name: 'no-room-off-the-map',
      comment: 'A new room is drawn into the map above first.',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+/', pathNot: `^src/(${roomNames}|bank-simulator)/` },
    },
    {
      name: 'front-door',
      comment: 'A room is entered by its index.ts only. The platform is no room: its files are used one by one.',
      severity: 'error',
      from: { path: '^src/([^/]+)' },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/(platform|bank-simulator)/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'simulator-stands-alone',
      comment: 'The bank simulator is a program of its own: it must not share our mistakes.',
      severity: 'error',
      from: { path: '^src/bank-simulator/' },
      to: { path: '^src/', pathNot: '^src/bank-simulator/' },
    },
    {
      name: 'nobody-knows-the-simulator',
      comment: 'Specs may: to them it is the bank.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/bank-simulator/', '\\.spec\\.ts$'] },
      to: { path: '^src/bank-simulator/' },
    },
    {
      name: 'only-controllers-know-dtos',
      comment: 'Below the controller a room speaks its own language.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['\\.controller\\.ts$', '/dto/', '/index\\.ts$', '\\.spec\\.ts$'] },
      to: { path: '/dto/' },
    },
    {
      name: 'tracing-stands-alone',
      comment: 'Where tracing is off nothing of it is loaded: main.ts alone asks for it, and only then.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/tracing/' },
      to: { path: ['node_modules/@opentelemetry/', '^src/platform/tracing/'], dynamic: false },
    },
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-test-packages',
      comment: 'A production install has no devDependencies.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true, // imports of types are dependencies too
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};

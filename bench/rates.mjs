// At which rates latency is measured.

const sharesOfPeer = [0.25, 0.5, 0.75];
export const peerHalfLoaded = '50 % of (p)';

/**
 * Each case at half of what it reaches (`own`). The service and its plain wallet at the same rates (with a `name`), one
 * after the other. `reached` is a case's saturation per second.
 */
export function plannedRates(cases, reached) {
  const [service, peer] = ['b', 'p'].map((id) => cases.find((testCase) => testCase.id === id));
  const compared = service && peer ? [service, peer] : [];
  const steps = compared.length > 0 ? sameRates(reached(service), reached(peer)) : [];
  const alone = cases.filter((testCase) => !testCase.raw && !testCase.crowd && !compared.includes(testCase));
  return [
    ...alone.map((testCase) => ({ testCase, rate: reached(testCase) / 2, own: true })),
    ...steps.flatMap((step) => compared.map((testCase) => ({ ...step, testCase, own: step.halfOf === testCase.id }))),
  ];
}

const sameRates = (ours, peers) => [
  ...sharesOfPeer.map((share) => ({
    name: `${share * 100} % of (p)`,
    rate: share * peers,
    halfOf: share === 0.5 ? 'p' : undefined,
  })),
  { name: '50 % of (b)', rate: ours / 2, halfOf: 'b' },
];

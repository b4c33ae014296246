// Latency against the rate of arrivals, as an SVG: a panel for each database, with a logarithmic scale. It has colours
// for light and for dark pages, on a ground of its own, and says in words what it shows.

const panel = { width: 430, height: 300, left: 52, right: 14, top: 74, bottom: 46 };
const inner = {
  width: panel.width - panel.left - panel.right,
  height: panel.height - panel.top - panel.bottom,
};
const percentiles = ['p50', 'p99'];
const programs = { b: 'this service', p: 'plain wallet' };
/** A program that answers less of what comes in than this is past its limit: its latency only tells how long it was. */
const keepsUp = 0.97;

const style = `
  .ground { fill: #ffffff } text { fill: #1f2328; font: 12px system-ui, sans-serif } .small { fill: #59636e }
  .grid { stroke: #d8dee4 } .axis { stroke: #59636e }
  .b { stroke: #0969da; fill: #0969da } .p { stroke: #bc4c00; fill: #bc4c00 }
  .line { fill: none; stroke-width: 2 } .p50 { stroke-dasharray: 5 4 } .limit { stroke-dasharray: 1 4; stroke-width: 2 }
  text.b, text.p { stroke: none }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } text { fill: #e6edf3 } .small { fill: #9198a1 }
    .grid { stroke: #2a313c } .axis { stroke: #9198a1 }
    .b { stroke: #58a6ff; fill: #58a6ff } .p { stroke: #f0883e; fill: #f0883e }
    .line { fill: none }
  }`;

/** `runs` are `{ database, b, p }`, the cases with their figures at the same rates. */
export function plot(runs) {
  const width = runs.length * panel.width;
  const said = runs.map(sentence).join(' ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${panel.height}" role="img" aria-labelledby="title said">
<title id="title">Latency against payments per second: this service and a plain NestJS wallet</title>
<desc id="said">${said}</desc>
<style>${style}
</style>
<rect class="ground" width="${width}" height="${panel.height}"/>
${runs.map((run, index) => `<g transform="translate(${index * panel.width} 0)">\n${drawn(run)}\n</g>`).join('\n')}
</svg>
`;
}

function sentence({ database, b, p }) {
  const at = ({ perSecond, p50, p99 }) =>
    `${p50.toFixed(1)} and ${p99.toFixed(1)} ms at ${Math.round(perSecond)} a second`;
  const told = (testCase) => pointsOf(testCase).map(at).join(', ');
  const limit = `Its limit is ${Math.round(p.perSecond.median)} a second`;
  return `On ${database}, p50 and p99 of this service are ${told(b)}; of the plain wallet ${told(p)}. ${limit}.`;
}

const pointsOf = ({ sameRates }) => sameRates.filter(({ perSecond, answered }) => answered > keepsUp * perSecond);

function drawn(run) {
  const points = Object.keys(programs).flatMap((id) => pointsOf(run[id]));
  const limit = run.p.perSecond.median;
  const scale = scaleOf(points, limit);
  return [
    `<text x="${panel.left}" y="20" font-weight="600">${run.database}</text>`,
    legend(),
    ...grid(scale),
    `<path class="p limit" d="M${scale.x(limit)} ${panel.top}V${panel.top + inner.height}"/>`,
    `<text class="p" x="${scale.x(limit) + 5}" y="${panel.top + 12}">plain's limit</text>`,
    ...Object.keys(programs).flatMap((id) => percentiles.flatMap((name) => curve(id, name, run[id], scale))),
  ].join('\n');
}

/** From numbers to places: payments per second from 0, ms in whole powers of ten. */
function scaleOf(points, limit) {
  const xMax = Math.max(limit, ...points.map(({ perSecond }) => perSecond)) * 1.06;
  const values = points.flatMap((point) => percentiles.map((name) => point[name]));
  const [from, to] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  return {
    xMax,
    decades: Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index)),
    x: (perSecond) => round(panel.left + (perSecond / xMax) * inner.width),
    y: (ms) => round(panel.top + (1 - (Math.log10(ms) - from) / (to - from)) * inner.height),
  };
}

function grid({ xMax, decades, x, y }) {
  const [right, bottom] = [panel.width - panel.right, panel.top + inner.height];
  const between = decades.slice(0, -1).flatMap((ms) => [2, 5].map((times) => ms * times));
  const level = (ms) => `<path class="grid" d="M${panel.left} ${y(ms)}H${right}"/>
<text class="small" x="${panel.left - 6}" y="${y(ms) + 4}" text-anchor="end">${ms}</text>`;
  const rates = Array.from({ length: Math.floor(xMax / stepOf(xMax)) + 1 }, (_, index) => index * stepOf(xMax));
  return [
    ...[...decades, ...between].map(level),
    ...rates.map(
      (rate) => `<path class="axis" d="M${x(rate)} ${bottom}v4"/>
<text class="small" x="${x(rate)}" y="${bottom + 17}" text-anchor="middle">${rate.toLocaleString('en')}</text>`,
    ),
    `<path class="axis" d="M${panel.left} ${bottom}H${right}"/>`,
    `<text x="${panel.left + inner.width / 2}" y="${panel.height - 8}" text-anchor="middle">payments per second</text>`,
    `<text x="14" y="${panel.top + inner.height / 2}" text-anchor="middle" transform="rotate(-90 14 ${panel.top + inner.height / 2})">ms</text>`,
  ];
}

/** Four or five marks on the axis, at round numbers. */
function stepOf(max) {
  const power = 10 ** Math.floor(Math.log10(max / 4));
  return [5, 2, 1].map((times) => times * power).find((step) => max / step >= 4) ?? power;
}

function curve(id, name, testCase, { x, y }) {
  const places = pointsOf(testCase).map((point) => [x(point.perSecond), y(point[name])]);
  if (places.length === 0) return [];
  return [
    `<path class="${id} ${name} line" d="M${places.map((place) => place.join(' ')).join('L')}"/>`,
    ...places.map(([cx, cy]) => `<circle class="${id}" cx="${cx}" cy="${cy}" r="3"/>`),
  ];
}

function legend() {
  const entries = Object.entries(programs).flatMap(([id, title], row) =>
    percentiles.map((name, column) => {
      const [left, top] = [panel.left + column * 170, 38 + row * 18];
      return `<path class="${id} ${name} line" d="M${left} ${top}h28"/><text x="${left + 36}" y="${top + 4}">${title}, ${name}</text>`;
    }),
  );
  return entries.join('\n');
}

const round = (value) => Math.round(value * 10) / 10;
